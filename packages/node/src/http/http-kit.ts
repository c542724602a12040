// Internal: what the first-party endpoint and the relay share. Changes without notice; not for apps.
export { createAskRelay, type RelayAddress, type RelayAnswer, type RelayQuestion } from './ask-relay.ts';
export { correctClock } from './correct-clock.ts';
export { ofNodeRequest, ofWebRequest, type HttpRequest } from './http-request.ts';
export { isFields, parseObject } from './parse-object.ts';
export { problem, Refusal, refusal, unavailable, type RefusalCode } from './problem.ts';
export { readBody } from './read-body.ts';
export { readMessages, type SaidMessage } from './read-messages.ts';
export { jsonReply, sendReply, textReply, toResponse, withHeaders, type Reply } from './reply.ts';
export { readSightings } from './sightings.ts';
export { answerVerdicts, type AnsweredVerdict } from './verdicts.ts';
