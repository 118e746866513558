import { TintypeError } from '../../errors.ts';
import type { Target } from '../../http/target.ts';
import { canonicalPath, encodePath } from '../../origin/path.ts';
import type { DialectRequest, FormatOptions, StagedParameters, UrlParameters } from '../dialect.ts';
import { itemTable } from './items.ts';
import { outputParameters, pictureParameters } from './parameters.ts';
import type { ImagekitSigner } from './signature.ts';

/** What writes a URL with. */
export interface Writing {
  readonly given: FormatOptions | undefined;
  readonly signer: ImagekitSigner | undefined;
  /** Reads what has been written: what it would refuse must not leave as a URL. */
  parse(target: Target): DialectRequest | undefined;
}

const { names } = itemTable({ ...pictureParameters, ...outputParameters });

/** Parameters that are pairs of the query, not items of a step. */
const pairNames: readonly string[] = ['v', 'version', 'updatedAt', 'ik-attachment'];

/**
 * Writes a URL as the vendor's clients do: the steps in the query, and what signs it last.
 *
 * @throws TintypeError for what a request would be refused for.
 */
export function write(path: string, parameters: StagedParameters, { given = {}, signer, parse }: Writing): string {
  const { expires } = given;
  if (signer === undefined && expires !== undefined) {
    throw new TintypeError('INVALID_PARAMETER', { message: 'expires: only signed URLs can expire.' });
  }
  const canonical = canonicalPath(path);
  const stages: readonly UrlParameters[] = Array.isArray(parameters) ? parameters : [parameters];
  const steps = writeSteps(stages);
  const pairs = [
    ...stages.flatMap((stage) =>
      givenOf(stage)
        .filter(([name]) => pairNames.includes(name))
        .map(writePair),
    ),
    ...(steps === '' ? [] : [`tr=${steps}`]),
  ];
  const target = { path: encodePath(canonical), query: pairs.join('&') };
  if (parse(target)?.path !== canonical) throw new TintypeError('NOT_FOUND');
  return written({ ...target, query: [...pairs, ...(signer?.sign(target, expires) ?? [])].join('&') });
}

function written({ path, query }: Target): string {
  return query === '' ? path : `${path}?${query}`;
}

type Given = readonly [name: string, value: string | number | boolean];

function givenOf(parameters: UrlParameters): readonly Given[] {
  return Object.entries(parameters).filter((entry): entry is [string, Given[1]] => entry[1] !== undefined);
}

function writePair([name, value]: Given): string {
  return `${name}=${encodeURIComponent(String(value))}`;
}

/** An item without another is read as a whole that is encoded twice: so it is written where it would be read as more. */
function writeSteps(stages: readonly UrlParameters[]): string {
  const text = stages
    .map(writeStep)
    .filter((step) => step !== '')
    .join(':');
  const isRaw = stages.some(({ raw }) => raw !== undefined);
  return isRaw || /[,:]/.test(text) || !/%(?:25|2C|3A)/.test(text) ? text : encodeURIComponent(text);
}

function writeStep(parameters: UrlParameters): string {
  return givenOf(parameters)
    .filter(([name]) => !pairNames.includes(name))
    .map(writeItem)
    .filter((item) => item !== '')
    .join(',');
}

/** `raw` is written as it is: layers, and what else has no name. */
function writeItem([spelling, value]: Given): string {
  if (spelling === 'raw') return String(value);
  const name = names.get(spelling) ?? (spelling === 'named' ? 'n' : spelling);
  if (name.startsWith('e-') && value === true) return name;
  if (name.startsWith('e-') && value === false) return '';
  const text = name === 'di' ? String(value).replace(/^\/+/, '').replaceAll('/', '@@') : String(value);
  return `${name}-${encodeURIComponent(text).replaceAll('%40', '@')}`;
}
