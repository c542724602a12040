const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused. Is the server running, and is the port right?',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS. Is it https on an http port?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS. Is it https on an http port?',
  EPROTO: 'it does not speak TLS. Is it https on an http port?',
  CERT_HAS_EXPIRED: 'its TLS certificate expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another host',
};
const notHttp = 'it does not speak HTTP. Is it http on an https port?';

/** Why no answer came, in words, with the code of the system: an Error for {@link Transport.send} to reject with. */
export function describeNetworkError(cause: unknown): Error {
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; depth++) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') {
      const why = words[code] ?? (code.startsWith('HPE_') ? notHttp : undefined);
      if (why) return new Error(`${why} (${code})`, { cause });
    }
    // A host of several addresses fails once for each.
    error = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  }
  return cause instanceof Error ? cause : new Error(String(cause));
}
