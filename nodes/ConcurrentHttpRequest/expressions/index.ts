export { type CompiledExpression, type ExpressionScope, STEP_ASIDE } from './CompiledExpression';
export { compileExpression } from './compileExpression';
export { type CompiledParameter, compileParameter } from './compileParameter';
export { RunConstants } from './RunConstants';
