/** One input of a batch: a contact by its id, or a custom event. */
export type HubSpotWrite =
  | {
      id: string;
      idProperty: string;
      objectWriteTraceId: string;
      properties: Readonly<Record<string, string>>;
    }
  | {
      eventName: string;
      uuid: string;
      occurredAt: string;
      email?: string | undefined;
      utk?: string | undefined;
      properties: Readonly<Record<string, string>>;
    };
