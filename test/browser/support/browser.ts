import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import { owner } from '../../../scripts/n8n/RestApi.ts';

/** For whatever the browser is waited for, in ms; a busy machine takes long. */
const PATIENCE_MS = 90_000;

const QUIET = [
	'--headless=new',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// The editor asks the npm registry about installed packages; nothing here needs an answer.
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

export async function launchChromium(): Promise<Browser> {
	return await chromium.launch({
		executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
		args: QUIET,
		timeout: PATIENCE_MS,
	});
}

/** A window with n8n's owner logged in. */
export async function signIn(browser: Browser, origin: string): Promise<BrowserContext> {
	const context = await browser.newContext({
		baseURL: origin,
		viewport: { width: 1400, height: 800 },
		colorScheme: 'light',
		locale: 'en-GB',
	});
	context.setDefaultTimeout(PATIENCE_MS);
	const page = await context.newPage();
	await page.goto('/signin');
	await page.locator('input[type=email]').fill(owner.email);
	await page.locator('input[type=password]').fill(owner.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.waitForURL(({ pathname }) => !pathname.includes('signin'));
	await page.close();
	return context;
}
