export { CombinedExpression } from './combine/CombinedExpression';
export { type EngineText, engineTextOf } from './combine/EngineText';
export { type CompiledExpression, type ExpressionScope, STEP_ASIDE } from './CompiledExpression';
export { compileExpression } from './compileExpression';
export {
	type CompiledParameter,
	compileParameter,
	ownValues,
	type ParameterExpression,
} from './compileParameter';
export { RunConstants } from './RunConstants';
export { isDateTime } from './values/engineValue';
