/**
 * For the packages of this house that are beside the core: what a key names, how a journal tells which purge covers what,
 * and how options are checked and operators are told. No promise is made to anybody else: it may change with any version.
 *
 * @module
 */

export { inputsOfKey } from './cache/derivative.ts';
export { systemClock } from './clock.ts';
export { publish, warnOnce } from './events.ts';
export { parseHttpDate } from './http/date.ts';
export { type CoveringIndex, createCoveringIndex } from './journal/covering-index.ts';
export { isPurge } from './journal/file/line.ts';
export { isNoteId } from './journal/note-id.ts';
export { defaultMaxRecords, journalExpectations, noteLife } from './journal/options.ts';
export { checkOptions, type Expectation, expectations, oneOf } from './options.ts';
export { isCredentials, readCredentials } from './origin/s3/credentials.ts';
export { within } from './store/within.ts';
