export { fromCookiebot } from './consent/cookiebot.ts';
export { fromGoogleConsentMode, type GoogleConsentModeOptions } from './consent/google-consent-mode.ts';
export { fromOneTrust, type OneTrustOptions } from './consent/onetrust.ts';
export { fromTcf, type TcfOptions } from './consent/tcf.ts';
export type { ConsentClient } from './consent/follow.ts';
