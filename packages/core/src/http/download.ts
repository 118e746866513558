import { create } from 'content-disposition';

/**
 * The Content-Disposition field (RFC 6266) that has browsers save an answer.
 *
 * @param name under which it is saved; `true` for the last part of the path.
 * @param extension in place of the path's own; undefined leaves that.
 */
export function contentDisposition(name: string | true, path: string, extension: string | undefined): string {
  return create(name === true ? nameOf(path, extension) : name);
}

/** Extensions by which files are known. */
const extensions: Readonly<Record<string, string>> = { jpeg: 'jpg' };

function nameOf(path: string, extension: string | undefined): string {
  const [withoutQuery = ''] = path.split('?');
  const last = withoutQuery.slice(withoutQuery.lastIndexOf('/') + 1);
  if (extension === undefined) return last;
  const stem = last.replace(/(?<=.)\.[^.]*$/, '');
  return `${stem}.${extensions[extension] ?? extension}`;
}
