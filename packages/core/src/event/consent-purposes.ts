/** What a person is asked (docs/wire.md W-10). */
export const consentPurposes = ['ad_user_data', 'ad_personalization', 'analytics'] as const;
