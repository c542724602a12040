import type { MetaUserData } from './meta-user-data.ts';
import type { CommonSettings } from './settings.ts';

export interface MetaSettings extends CommonSettings<MetaEvent> {
  /** Id of the dataset (the pixel), from Events Manager. */
  dataset: string;
  /** Access token of a system user with the dataset assigned. */
  token: string;
  /** Shows events in Test Events. They still count: Meta has no sandbox. */
  testEventCode?: string | undefined;
  /** Where events happen whose context says nothing. Default: `website` with a page's address and user agent, else `system_generated`. */
  actionSource?: string | undefined;
  /** Limited data use for people whose browser sends GPC: Meta finds the place itself with `0` and `0`. */
  limitedDataUse?: { country: number; state: number } | undefined;
  /** Your CRM's name; makes lead stages CRM events. */
  crm?: string | undefined;
}

/** One element of `data`. */
export interface MetaEvent {
  event_name: string;
  /** Seconds since 1970. */
  event_time: number;
  event_id: string;
  action_source: string;
  event_source_url?: string | undefined;
  user_data: MetaUserData;
  custom_data?: Readonly<Record<string, unknown>> | undefined;
  data_processing_options?: readonly string[] | undefined;
  data_processing_options_country?: number | undefined;
  data_processing_options_state?: number | undefined;
}
