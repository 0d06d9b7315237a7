-- The one atomic step: a run reports what it has in flight and has used, and is granted what it may start.
--
-- All times are milliseconds of Redis's own clock. The caller sends and receives durations only, so
-- clocks of machines do not matter.
--
-- Keys, all with the same hash tag, so that they are on one node of a cluster:
-- - `KEYS[1]` hash, the state: `epoch` (changes when the data was lost), `created`, `settle`.
-- - `KEYS[2]` hash, a field for each run: JSON of `seen`, `lease` (when it counts as dead), `seq`,
--   `process`, `held` (slots), `want` (requests that wait), `cost` (of one request) and `pend` (granted or
--   open) by budget, `woken`, `since` (when it began to wait for a grant).
-- - three for each budget, which is a rate limit: a sorted set of entries, scored by the time at which they
--   stop counting; a hash of their amounts; a hash of the sums of amounts for each run. An entry is
--   `<run>|u<n>` (used) or `<run>|p` (granted or open). The usage of runs that have left is in entries of the
--   run `ended`, one for each 1/200 of the interval. Otherwise each call would cost as much as there were runs.
--
-- `ARGV[1]` is JSON of an ExchangeRequest, the result JSON of an ExchangeResponse (exchange.ts). `ARGV[2]`
-- is the prefix of the channels on which runs are woken (`wake`) or told to give up slots (`keep:<slots>`).
--
-- Everything that a run reports is absolute ("I hold 5"), never a difference, and numbered, so that a
-- call that is repeated, lost or late changes nothing. Fairness is max-min: see `level`.

local call = cjson.decode(ARGV[1])
local channels = ARGV[2]
local state, roster = KEYS[1], KEYS[2]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000

local function number(value) return string.format('%.17g', value) end

-- The highest level for which the demands, each cut at it, fit into the capacity: max-min fairness.
local function level(demands, capacity)
	table.sort(demands)
	local left = capacity
	for i, demand in ipairs(demands) do
		local equal = left / (#demands - i + 1)
		if demand > equal then return equal end
		left = left - demand
	end
	return math.huge
end

-- The runs that are here.
local members = {}
local stored = redis.call('HGETALL', roster)
for i = 1, #stored, 2 do
	local member = cjson.decode(stored[i + 1])
	if member.lease > now then members[stored[i]] = member
	else redis.call('HDEL', roster, stored[i]) end
end
local before = members[call.member]
if before and call.seq <= before.seq then return cjson.encode({ stale = true }) end

-- A budget has all of its three keys or none, unless Redis evicts keys. The remaining keys are then useless.
local evicted = false
for i = 3, #KEYS, 3 do
	if redis.call('EXISTS', KEYS[i], KEYS[i + 1], KEYS[i + 2]) % 3 ~= 0 then
		redis.call('DEL', KEYS[i], KEYS[i + 1], KEYS[i + 2])
		evicted = true
	end
end

-- Whether the data that the caller knew is still there.
local epoch = not evicted and redis.call('HGET', state, 'epoch')
if not epoch then
	epoch = call.newEpoch
	local settle = evicted and now + call.settle or 0
	redis.call('HSET', state, 'epoch', epoch, 'created', number(now), 'settle', number(settle))
end
local forgotten = call.epoch ~= '' and call.epoch ~= epoch
if forgotten then
	local created = tonumber(redis.call('HGET', state, 'created'))
	redis.call('HSET', state, 'settle', number(created + call.settle))
end
local settling = tonumber(redis.call('HGET', state, 'settle')) - now

-- A run with less goes before the caller, and of two with equally much the one that has waited longer.
local since = before and before.want > 0 and before.since or now
local function comes_first(has, member, mine)
	return has < mine or (has == mine and member.since < since)
end
local function waits(id, member)
	return id ~= call.member and member.want > 0 and now - member.seen < call.fresh
end

-- Budgets: drop expired entries, store what is reported, sum up.
local budgets = {}
for i, budget in ipairs(call.budgets) do
	local ends, amounts, sums = KEYS[3 * i], KEYS[3 * i + 1], KEYS[3 * i + 2]
	local function put(run, id, amount, untilTime)
		local old = tonumber(redis.call('HGET', amounts, id) or '0')
		if amount > 0 then
			redis.call('ZADD', ends, number(untilTime), id)
			redis.call('HSET', amounts, id, number(amount))
		else
			redis.call('ZREM', ends, id)
			redis.call('HDEL', amounts, id)
		end
		if amount ~= old then redis.call('HINCRBYFLOAT', sums, run, number(amount - old)) end
	end
	for _, id in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', number(now))) do
		put(string.match(id, '^[^|]*'), id, 0)
	end
	-- A run that leaves reports all that it has used, and has nothing any more.
	local function store(id, amount, ending)
		local counts = ending > now and amount or 0
		put(call.member, id, call.leave and 0 or counts, ending)
		if not call.leave or counts == 0 then return end
		local width = budget.interval / 200
		local last = (math.floor(ending / width) + 1) * width
		local shared = 'ended|' .. number(last)
		put('ended', shared, counts + tonumber(redis.call('HGET', amounts, shared) or '0'), last)
	end
	for _, use in ipairs(budget.uses) do
		store(call.member .. '|u' .. use[1], use[2], now - use[3] + budget.interval)
	end
	store(call.member .. '|p', budget.open, now + budget.latestArrival + budget.interval)

	local used, byRun, demands, asked = 0, {}, {}, {}
	local flat = redis.call('HGETALL', sums)
	for j = 1, #flat, 2 do
		local sum = tonumber(flat[j + 1])
		if sum < 1e-9 then redis.call('HDEL', sums, flat[j])
		else byRun[flat[j]] = sum; used = used + sum end
	end
	local mine, first, ahead = byRun[call.member] or 0, true, 0
	for id, member in pairs(members) do
		if waits(id, member) and (member.cost[budget.id] or 0) > 0 then
			local sum = byRun[id] or 0
			if comes_first(sum, member, mine) then
				first = false
				ahead = ahead + member.cost[budget.id]
			end
			demands[#demands + 1] = sum + member.want * member.cost[budget.id]
			asked[id] = true
		end
	end
	for id, sum in pairs(byRun) do
		if id ~= call.member and id ~= 'ended' and not asked[id] then demands[#demands + 1] = sum end
	end
	demands[#demands + 1] = mine + call.want * budget.cost
	local share = level(demands, budget.limit - (byRun.ended or 0))
	budgets[i] = {
		put = put, ends = ends, amounts = amounts, cost = budget.cost, id = budget.id,
		free = budget.limit - used, ahead = ahead, share = share, byRun = byRun,
		-- The least served run may always take one request, even if it costs more than its share.
		fair = math.max(share - mine, first and budget.cost or 0),
	}
end

-- Whether one more request is within its run's share of a budget, and of all budgets.
local function within_share(budget, id, cost)
	return cost == 0 or (budget.byRun[id] or 0) + cost <= budget.share + 1e-9
end
local function within_shares(id, costs)
	for _, budget in ipairs(budgets) do
		if not within_share(budget, id, costs[budget.id] or 0) then return false end
	end
	return true
end

-- Slots.
local held, slotLevel, firstForSlot = call.held, math.huge, true
if call.slots then
	local demands = { call.held + call.want }
	for id, member in pairs(members) do
		if id ~= call.member then
			held = held + member.held
			local waiting = waits(id, member)
			demands[#demands + 1] = member.held + (waiting and member.want or 0)
			-- A run that has used its share of a budget could not use a slot.
			if waiting and comes_first(member.held, member, call.held)
				and within_shares(id, member.cost) then
				firstForSlot = false
			end
		end
	end
	slotLevel = level(demands, call.slots)
end
local freeSlots = call.slots and call.slots - held or math.huge

-- What the caller is granted: whole requests, with a slot and the units of all budgets for each.
local room, short, shortBudget = call.want, 'none', nil
local function bound(most, reason, budget)
	if most < room then
		room, short, shortBudget = math.max(0, math.floor(most + 1e-9)), reason, budget
	end
end
bound(freeSlots, 'slots')
bound(math.max(slotLevel - call.held, firstForSlot and 1 or 0), 'slots')
for _, budget in ipairs(budgets) do
	if budget.cost > 0 then
		bound(math.min(budget.free, budget.fair) / budget.cost, 'budget', budget.id)
	end
end
if settling > 0 or forgotten then bound(0, 'settling') end
local granted, pending = room, {}
freeSlots = freeSlots - granted
for i, budget in ipairs(budgets) do
	local amount = granted * budget.cost
	local terms = call.budgets[i]
	pending[budget.id] = terms.open + amount
	if amount > 0 then
		budget.put(call.member, call.member .. '|p', terms.open + amount,
			now + call.valid + terms.latestArrival + terms.interval)
	end
	budget.free = budget.free - amount
	budget.byRun[call.member] = (budget.byRun[call.member] or 0) + amount
end

-- When to call again: when enough stops counting for the caller and for the runs before it.
local after, soonest = -1, 20
if short == 'settling' then after = math.max(settling, 0)
elseif short == 'budget' then
	for i, budget in ipairs(budgets) do
		local lacking = budget.cost + budget.ahead - budget.free
		local terms, ending = call.budgets[i], {}
		local others_turn = math.max(100, math.min(terms.interval / 4, 500))
		-- Entries expire one by one, but only several are worth a call. Reports are no more exact than that.
		if budget.cost > 0 then soonest = math.min(soonest, terms.interval / 200, 20) end
		if budget.cost > 0 and lacking <= 0 and budget.fair < budget.cost then
			-- Something is free, but it is the turn of others. They have been woken, but may stall for seconds.
			after = math.max(after, others_turn)
		elseif budget.cost > 0 and lacking > 0 then
			local entries = redis.call('ZRANGE', budget.ends, 0, 99, 'WITHSCORES')
			local latest = {}
			for j = 1, #entries, 2 do
				if string.sub(entries[j], -2) == '|p' then
					latest[entries[j]] = tonumber(entries[j + 1])
				else
					ending[#ending + 1] = { tonumber(entries[j + 1]), entries[j] }
				end
			end
			-- What is open or granted has arrived by now at the earliest. If that has expired and the run has
			-- not reported it, the run stalls, and the latest time counts: others would call in vain.
			local function granted_at(time, amount, id)
				if amount and amount > 0 then
					local ended = time + terms.interval
					if ended <= now then ended = latest[id .. '|p'] or now + terms.interval end
					ending[#ending + 1] = { ended, false, amount }
				end
			end
			granted_at(now, pending[budget.id], call.member)
			for id, member in pairs(members) do
				if id ~= call.member then granted_at(member.seen, member.pend[budget.id], id) end
			end
			table.sort(ending, function(a, b) return a[1] < b[1] end)
			for _, entry in ipairs(ending) do
				after = math.max(after, entry[1] - now)
				lacking = lacking - (entry[3] or tonumber(redis.call('HGET', budget.amounts, entry[2])))
				if lacking <= 1e-9 then break end
			end
			-- It is enough only for the runs before the caller. They may stall; the caller is woken after them.
			if lacking > 1e-9 then after = math.max(after, others_turn) end
		end
	end
	after = math.max(after, soonest)
end

-- Runs that wait, with the caller: wake those that would be granted what is free, and take back slots above
-- a share. A run that is woken in vain may wake others in vain, so the rules are the same as above.
local line, cost, wants = {}, {}, call.want - granted
for _, budget in ipairs(budgets) do cost[budget.id] = budget.cost end
since = granted > 0 and now or since
for id, member in pairs(members) do
	if waits(id, member) then
		line[#line + 1] = { id = id, held = member.held, since = member.since, cost = member.cost }
	end
end
local others = #line
if wants > 0 then
	line[#line + 1] = { id = call.member, held = call.held + granted, since = since, cost = cost }
end
local function sort_by(has)
	table.sort(line, function(a, b)
		local one, two = has(a), has(b)
		if one ~= two then return one < two end
		if a.since ~= b.since then return a.since < b.since end
		return a.id < b.id
	end)
end
for _, budget in ipairs(budgets) do
	sort_by(function(entry) return budget.byRun[entry.id] or 0 end)
	for _, entry in ipairs(line) do
		if (entry.cost[budget.id] or 0) > 0 then
			budget.first = entry.id
			break
		end
	end
end
sort_by(function(entry) return entry.held end)
local slotFirst = line[1] and line[1].id
for _, entry in ipairs(line) do
	if within_shares(entry.id, entry.cost) then
		slotFirst = entry.id
		break
	end
end
local keep = -1
if others > 0 and call.slots and slotLevel < math.huge then keep = math.ceil(slotLevel) end
local open = freeSlots
for _, entry in ipairs(line) do
	if entry.id ~= call.member then
		if call.slots and entry.held < math.max(1, math.floor(slotLevel)) and slotLevel < math.huge then
			keep = math.floor(slotLevel)
		end
		local gets = open >= 1 and settling <= 0
		if call.slots and entry.held + 1 > slotLevel + 1e-9 and entry.id ~= slotFirst then gets = false end
		for _, budget in ipairs(budgets) do
			local each = entry.cost[budget.id] or 0
			local inTurn = within_share(budget, entry.id, each) or budget.first == entry.id
			if each > budget.free or not inTurn then gets = false end
		end
		local member = members[entry.id]
		if gets and now - member.woken > 50 then
			open = open - 1
			for _, budget in ipairs(budgets) do
				budget.free = budget.free - (entry.cost[budget.id] or 0)
			end
			member.woken = now
			redis.call('HSET', roster, entry.id, cjson.encode(member))
			redis.call('PUBLISH', channels .. entry.id, 'wake')
		end
	end
end
if short == 'slots' and call.held + granted < math.max(1, math.floor(slotLevel)) then
	for id, member in pairs(members) do
		if id ~= call.member and member.held > slotLevel then
			redis.call('PUBLISH', channels .. id, 'keep:' .. math.floor(slotLevel))
		end
	end
end

-- Store the caller.
if call.leave then
	redis.call('HDEL', roster, call.member)
	members[call.member] = nil
else
	members[call.member] = {
		seen = now, lease = now + call.lease, seq = call.seq, process = call.process,
		held = call.held + granted, want = wants, cost = cost, pend = pending, woken = 0,
		since = since,
	}
	redis.call('HSET', roster, call.member, cjson.encode(members[call.member]))
end
local processes, known = 0, {}
for _, member in pairs(members) do
	if not known[member.process] then known[member.process] = true; processes = processes + 1 end
end
for i, key in ipairs(KEYS) do
	-- Runs with longer rate limits share the first two keys, and still need them.
	local left = i <= 2 and redis.call('PTTL', key) or 0
	redis.call('PEXPIRE', key, math.max(left, call.expire))
end
return cjson.encode({
	stale = false, epoch = epoch, granted = granted, short = short, budget = shortBudget,
	after = after, keep = keep, processes = processes,
})
