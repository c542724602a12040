import { ofWebRequest, parseObject, readBody } from '@tracklayer/node/http-kit';
import { refusal } from '../problem.ts';

/** The texts of a small body, by name. @throws 422 `invalid_query` for one that is missing, empty or no text. */
export async function readTexts<const Name extends string>(
  request: Request,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const sample = `{ ${names.map((name) => `"${name}": "…"`).join(', ')} }`;
  const body = parseObject(await readBody(ofWebRequest(request)), sample);
  const missing = names.find((name) => typeof body[name] !== 'string' || body[name] === '');
  if (missing !== undefined) throw refusal(422, 'invalid_query', `${missing} must be text`);
  return body as Record<Name, string>;
}
