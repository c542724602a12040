import type { Json } from '../event/event.ts';
import type {
  EventName,
  FurtherProperties,
  KnownProperties,
  Priority,
  RequiredOf,
  Typed,
} from './canonical-events.ts';
import type { OwnPropertyType, PropertyTypeMap } from './property-types.ts';
import type { StandardSchema } from './standard-schema.ts';

/** An event of your own, or what you ask of a built-in one beyond the vocabulary. */
export interface OwnEvent {
  /** Properties that it cannot do without: own ones, and those of the vocabulary. */
  required?: readonly string[] | undefined;
  /**
   * The business key that makes the event_id: `redemption_id`; alternatives by `|`, parts by `.`, an empty last
   * alternative for "or none" (docs/wire.md W-6). Without it every capture counts, under a random id.
   */
  key?: string | undefined;
  /** `3` goes first, and `0` last, when a page that is left cannot send everything. Default: `2` with a key, else `1`. */
  priority?: Priority | undefined;
  /** Own properties by their type, or any Standard Schema of `properties`, which is asked at once and changes nothing. */
  properties?: Readonly<Record<string, OwnPropertyType>> | StandardSchema | undefined;
}

/** Events by name, with the type of their properties. */
export type EventMap = Readonly<Record<string, object>>;

type RequiredIn<Row> = Row extends { required: readonly (infer Key extends string)[] } ? Key : never;

type OwnTypes<Row> = Row extends { properties: infer Types }
  ? Types extends StandardSchema
    ? unknown
    : Types
  : unknown;

type ValueOf<Type> = Type extends OwnPropertyType ? PropertyTypeMap[Type] : Json;

type Required<Key extends string, Types> = {
  [Name in Key]: Name extends keyof Types
    ? ValueOf<Types[Name]>
    : Name extends keyof KnownProperties
      ? NonNullable<KnownProperties[Name]>
      : Json;
};

type Optional<Types> = { [Name in keyof Types]?: ValueOf<Types[Name]> | undefined };

type OfSchema<Row> = Row extends { properties: StandardSchema<infer Input> } ? Input : unknown;

type OfBuiltIn<Name> = Name extends EventName ? Typed<RequiredOf<Name>> : unknown;

type OfRow<Row> = Required<RequiredIn<Row>, OwnTypes<Row>> & Optional<OwnTypes<Row>> & OfSchema<Row>;

type Further<Unknown> = Unknown extends 'refuse' ? unknown : FurtherProperties;

/** The built-in events and those of `defineEvents`. */
export type EventsOf<Rows, Unknown> = {
  [Name in EventName | (keyof Rows & string)]: OfBuiltIn<Name> &
    (Name extends keyof Rows ? OfRow<Rows[Name]> : unknown) &
    KnownProperties &
    Further<Unknown>;
};
