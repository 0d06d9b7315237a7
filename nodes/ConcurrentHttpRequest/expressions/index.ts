export { agrees } from './combined/agrees';
export { combinableOf } from './combined/combinable';
export { CombinedCalls, type ItemCall } from './combined/CombinedCalls';
export { CombinedExpression } from './combined/CombinedExpression';
export type { ExpressionScope } from './compile/context';
export { type CompiledExpression, compileExpression } from './compileExpression';
export { type CompiledParameter, compileParameter, ownValues } from './compileParameter';
export { RunConstants } from './RunConstants';
export { LEFT_TO_ENGINE } from './values/signals';
