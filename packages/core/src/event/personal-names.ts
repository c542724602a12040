/** What never leaves raw (docs/wire.md W-18), and the names that people give it: without case and punctuation. */
const names = {
  email: 'emailaddress,mail,mailaddress,emailid,useremail,customeremail,contactemail,billingemail',
  phone: 'phonenumber,telephone,tel,mobile,mobilephone,mobilenumber,cellphone,cell',
  first_name: 'givenname,fname,forename',
  last_name: 'surname,familyname,lname',
  city: '',
  state: '',
  postal_code: 'postcode,zip,zipcode',
  date_of_birth: 'dob,birthday,birthdate',
  gender: 'sex',
} as const;

/** A trait or property that is hashed before it leaves. */
export type PersonalName = keyof typeof names;

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

const byLetters: ReadonlyMap<string, PersonalName> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(names).flatMap(([name, others]) =>
    [lettersOf(name), ...others.split(',')].map((letters) => [letters, name as PersonalName] as const),
  ),
);

const longest = 24;

/**
 * The personal trait that a name stands for: `email` of `E-Mail`, `first_name` of `firstName`; `undefined` for any other.
 *
 * @example
 * personalNameOf('emailAddress'); // 'email'
 */
export function personalNameOf(name: string): PersonalName | undefined {
  return name.length <= longest ? byLetters.get(lettersOf(name)) : undefined;
}

/** Whether it is one of the nine names of W-18 itself, not another name for it. */
export const isPersonalName = (name: string): name is PersonalName => Object.hasOwn(names, name);
