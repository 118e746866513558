import type { AcceptClass } from '../http/accept.ts';
import type { AnswerContext } from '../http/respond.ts';
import type { UrlPlan } from './url-plans.ts';

/** A request understood: for one of our URLs, from one class of clients. */
export interface Question extends AnswerContext {
  readonly plan: UrlPlan;
  readonly accept: AcceptClass;
}
