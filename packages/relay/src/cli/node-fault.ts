/** Why a version of Node.js is too old for a range like `>=22.13`; nothing when it is not. */
export function nodeFault(range: string, version: string): string | undefined {
  const [[major, minor], [ownMajor, ownMinor]] = [numbersIn(range), numbersIn(version)];
  const isEnough = ownMajor > major || (ownMajor === major && ownMinor >= minor);
  return isEnough ? undefined : `needs Node.js ${range}, and this is ${version}`;
}

function numbersIn(text: string): [major: number, minor: number] {
  const [major = 0, minor = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return [major, minor];
}
