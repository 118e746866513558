import type { RequestListener } from 'node:http';
import { carriedPrefix, carry, carryRenewal, fieldValue, putBack, withField } from './carried-fields.ts';
import { toPicture, toText } from './picture-text.ts';
import { createTagBook, type TagBook } from './tag-book.ts';
import { proxy, type RawMessage, type RawQuestion, type Upstream } from './upstream.ts';

/** Stands before the suite's origin: every text that it answers with 200 becomes a lossless picture. */
export function pictureOrigin(origin: Upstream): RequestListener {
  return proxy(origin, async (question, ask) => {
    const answer = await ask(question);
    if (answer.status === 304) return { ...answer, fields: carryRenewal(answer.fields) };
    if (answer.status !== 200) return answer;
    const body = question.method === 'HEAD' ? answer.body : await toPicture(answer.body);
    return { ...answer, fields: carry(answer.fields, { type: 'image/webp', length: body.length }), body };
  });
}

/**
 * Stands before the application: asks it for derivatives, and answers with the text in them.
 *
 * @param parameter of the URL that makes a derivative.
 */
export function textClient(application: Upstream, parameter: string): RequestListener {
  const tags = createTagBook();
  return proxy(application, async (question, ask) => {
    const answer = await ask(toDerivative(question, parameter, tags));
    return toTextAnswer(answer, question, tags);
  });
}

function toDerivative({ method, path, fields }: RawQuestion, parameter: string, tags: TagBook): RawQuestion {
  const ifNoneMatch = fieldValue(fields, 'if-none-match');
  return {
    method,
    path: path + (path.includes('?') ? '&' : '?') + parameter,
    fields: ifNoneMatch === undefined ? fields : withField(fields, 'if-none-match', tags.toDerived(path, ifNoneMatch)),
  };
}

async function toTextAnswer(answer: RawMessage, { method, path }: RawQuestion, tags: TagBook): Promise<RawMessage> {
  const derived = fieldValue(answer.fields, 'etag');
  const original = fieldValue(answer.fields, `${carriedPrefix}etag`);
  if (derived !== undefined && original !== undefined) tags.note(path, derived, original);
  const fields = putBack(
    derived === undefined ? answer.fields : withField(answer.fields, 'etag', tags.toOriginal(path, derived)),
  );
  const isPicture = answer.status === 200 && fieldValue(answer.fields, 'content-type')?.startsWith('image/') === true;
  if (!isPicture || method === 'HEAD') return { ...answer, fields };
  const body = await toText(answer.body);
  return { ...answer, fields: withField(fields, 'content-length', String(body.length)), body };
}
