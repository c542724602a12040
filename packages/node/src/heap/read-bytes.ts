/** A request's body as it came; `undefined` when it is over `limit` bytes or breaks off. */
export async function readBytes({ headers, body }: Request, limit: number): Promise<Uint8Array | undefined> {
  if (Number(headers.get('content-length')) > limit) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  try {
    for (;;) {
      const next = await reader?.read();
      if (!next?.value) return Buffer.concat(chunks);
      length += next.value.byteLength;
      if (length > limit) {
        // What is still on its way is not read; a connection that fails meanwhile changes nothing.
        reader?.cancel().catch(() => undefined);
        return undefined;
      }
      chunks.push(next.value);
    }
  } catch {
    return undefined;
  }
}
