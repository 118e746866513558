import { TintypeError } from '../errors.ts';
import { acceptClass } from '../http/accept.ts';
import { readHints } from '../http/client-hints.ts';
import { hasExpired } from '../http/expiry.ts';
import { type HttpRequest, type HttpResponse, header } from '../http/message.ts';
import type { MountOptions } from '../http/mount.ts';
import { type AnswerContext, allowedMethods, respondOptions } from '../http/respond.ts';
import { forwardedFields } from '../http/vary.ts';
import type { Endpoint } from './endpoint.ts';
import { ofEach } from './of-each.ts';
import type { Parts } from './parts.ts';
import type { Question } from './question.ts';
import type { UrlPlan } from './url-plans.ts';

interface Admission {
  readonly endpoint: Endpoint;
  readonly parts: Parts;
  readonly isClosed: boolean;
}

/** Parse and authorize: a question, an answer that needs no image, or undefined for what is not ours. */
export function admit(
  request: HttpRequest,
  context: AnswerContext,
  admission: Admission,
): Question | HttpResponse | undefined {
  const { target, mount, headers } = request;
  const { endpoint, parts, isClosed } = admission;
  const kind = methodKind(context);
  parts.mounts.note(mount);
  if (kind !== 'read') return answerUnread(kind, request, context, admission);
  const hinted = endpoint.hints.length === 0 ? undefined : readHints(headers, endpoint.hints);
  const plan = parts.plans.planOf(target, mount, hinted);
  if (plan === undefined) return undefined;
  if (isClosed) throw closed();
  // Before anything else that is known: neither memory nor a 304 outlives the URL.
  if (hasExpired(plan.request.expires, context.now)) throw new TintypeError('URL_EXPIRED');
  return questionOf(plan, context, endpoint);
}

function questionOf(plan: UrlPlan, context: AnswerContext, { options }: Endpoint): Question {
  const { headers } = context;
  const { forwards = [] } = options.origin;
  const fields = forwards.length === 0 ? undefined : forwardedFields(headers, forwards);
  const records = fields === undefined ? plan.records : ofEach(plan.records, (name) => ({ ...name, fields }));
  return { ...context, expires: plan.request.expires, plan, records, accept: acceptClass(header(headers, 'accept')) };
}

/** What is answered where nobody asks for a picture: it needs no signature, a CORS preflight above all. */
function answerUnread(
  kind: 'options' | 'refused' | 'passed',
  { target, mount }: HttpRequest,
  context: AnswerContext,
  { parts, isClosed }: Admission,
): HttpResponse | undefined {
  if (kind === 'passed' || !parts.plans.isOurs(target, mount)) return undefined;
  if (isClosed) throw closed();
  if (kind === 'options') return respondOptions(context);
  throw new TintypeError('METHOD_NOT_ALLOWED', { headers: { allow: allowedMethods } });
}

/** What a client with an Accept field would ask by a URL relative to the mount. */
export function askAs(
  accept: string,
  target: string,
  { endpoint, parts, mount }: Pick<Admission, 'endpoint' | 'parts'> & { readonly mount: MountOptions },
): Question {
  const plan = parts.plans.planOf(target, '');
  if (plan === undefined) throw new TintypeError('NOT_FOUND');
  const now = endpoint.clock.now();
  return questionOf(plan, { method: 'GET', headers: { accept }, mount, now }, endpoint);
}

/** What a request's method means on our paths; `passed` goes to the next middleware. */
function methodKind({ method, mount }: AnswerContext): 'read' | 'options' | 'refused' | 'passed' {
  if (method === 'GET' || method === 'HEAD') return 'read';
  // A preflight is ours where CORS is, whatever falls through.
  if (method === 'OPTIONS' && (!mount.fallthrough || mount.cors)) return 'options';
  return mount.fallthrough ? 'passed' : 'refused';
}

/** The refusal of who comes when it is over. */
export function closed(): TintypeError {
  return new TintypeError('CLOSED', { headers: { 'retry-after': '5' } });
}
