import type { RecordName } from '../cache/record.ts';
import type { AcceptClass } from '../http/accept.ts';
import type { AnswerContext } from '../http/respond.ts';
import type { OfEach } from './of-each.ts';
import type { Source } from './sources.ts';
import type { UrlPlan } from './url-plans.ts';

/** A request understood: for one of our URLs, from one class of clients. */
export interface Question extends AnswerContext {
  readonly plan: UrlPlan;
  /** Of the plan, with what the origin is to see of this client's fields. */
  readonly records: OfEach<RecordName>;
  readonly accept: AcceptClass;
  /** The original that was asked for, where it is not there and the plan is of what takes its place. */
  readonly absent: Source | undefined;
}
