/** Where a business can be, with the money and the clock that fit; everything can be changed afterwards. */
export interface Country {
  code: string;
  currency: string;
  timezone: string;
}

export const COUNTRIES: readonly Country[] = [
  { code: 'KE', currency: 'KES', timezone: 'Africa/Nairobi' },
  { code: 'UG', currency: 'UGX', timezone: 'Africa/Kampala' },
  { code: 'TZ', currency: 'TZS', timezone: 'Africa/Dar_es_Salaam' },
  { code: 'RW', currency: 'RWF', timezone: 'Africa/Kigali' },
  { code: 'ET', currency: 'ETB', timezone: 'Africa/Addis_Ababa' },
  { code: 'NG', currency: 'NGN', timezone: 'Africa/Lagos' },
  { code: 'GH', currency: 'GHS', timezone: 'Africa/Accra' },
  { code: 'ZA', currency: 'ZAR', timezone: 'Africa/Johannesburg' },
  { code: 'EG', currency: 'EGP', timezone: 'Africa/Cairo' },
  { code: 'IN', currency: 'INR', timezone: 'Asia/Kolkata' },
  { code: 'AE', currency: 'AED', timezone: 'Asia/Dubai' },
  { code: 'GB', currency: 'GBP', timezone: 'Europe/London' },
  { code: 'IE', currency: 'EUR', timezone: 'Europe/Dublin' },
  { code: 'DE', currency: 'EUR', timezone: 'Europe/Berlin' },
  { code: 'FR', currency: 'EUR', timezone: 'Europe/Paris' },
  { code: 'ES', currency: 'EUR', timezone: 'Europe/Madrid' },
  { code: 'IT', currency: 'EUR', timezone: 'Europe/Rome' },
  { code: 'NL', currency: 'EUR', timezone: 'Europe/Amsterdam' },
  { code: 'US', currency: 'USD', timezone: 'America/New_York' },
  { code: 'CA', currency: 'CAD', timezone: 'America/Toronto' },
  { code: 'BR', currency: 'BRL', timezone: 'America/Sao_Paulo' },
  { code: 'MX', currency: 'MXN', timezone: 'America/Mexico_City' },
  { code: 'AU', currency: 'AUD', timezone: 'Australia/Sydney' },
  { code: 'NZ', currency: 'NZD', timezone: 'Pacific/Auckland' },
  { code: 'JP', currency: 'JPY', timezone: 'Asia/Tokyo' },
  { code: 'SG', currency: 'SGD', timezone: 'Asia/Singapore' },
];

const names = new Intl.DisplayNames(['en'], { type: 'region' });

export function countryName(code: string): string {
  return names.of(code) ?? code;
}

/** The country whose main zone is the viewer's, or Kenya where this house comes from. */
export function guessCountry(zone: string): Country {
  return COUNTRIES.find((country) => country.timezone === zone) ?? COUNTRIES[0]!;
}

export const CURRENCIES: readonly string[] = [...new Set(COUNTRIES.map((country) => country.currency))].sort();

/** All zones the browser knows. */
export function listZones(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes('UTC') ? zones : ['UTC', ...zones];
}
