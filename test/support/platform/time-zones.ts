const { DateTimeFormat, supportedValuesOf } = Intl;

/** As much of `Intl` as we use, where a zone is what another one is; or none, if there is no such other one. */
export function zonesSaying(zone: string, as: string) {
  function Patched(locale: string, { timeZone, ...options }: Intl.DateTimeFormatOptions = {}) {
    return new DateTimeFormat(locale, { ...options, timeZone: timeZone === zone ? as : timeZone });
  }
  return { DateTimeFormat: Patched, supportedValuesOf };
}
