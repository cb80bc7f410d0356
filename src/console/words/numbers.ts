/** Numbers as a language writes them, with separators. */
export function numberIn(locale: string): (n: number) => string {
  const format = new Intl.NumberFormat(locale);
  return (n) => format.format(n);
}

/** How many a minute: below ten to the tenth. */
export function rateIn(locale: string): (n: number) => string {
  const few = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const many = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  return (n) => (n < 10 ? few : many).format(n);
}

export interface Forms {
  readonly one: string;
  readonly other: string;
}

export function pluralIn(locale: string): (n: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  return (n, { one, other }) => (rules.select(n) === "one" ? one : other);
}

/** Such as `a, b and c`. */
export function listIn(locale: string): (texts: readonly string[]) => string {
  const format = new Intl.ListFormat(locale);
  return (texts) => format.format(texts);
}
