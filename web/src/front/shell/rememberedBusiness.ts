/**
 * Which business's page this browser saw last: the customer's own pages need it when their address does not say. Its colour
 * is kept beside it, so that the next visit is painted in it from the first moment.
 */
const STORAGE_KEY = 'frontdesk.business';
const BRAND_KEY = 'frontdesk.brand';
const CODE_CHARACTERS_MAX = 100;

export function rememberBusiness(slug: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, slug);
  } catch {
    // Storage is full or forbidden: the only loss is that the visitor names the business again.
  }
}

export function recallBusiness(): string | null {
  try {
    const slug = localStorage.getItem(STORAGE_KEY);
    return slug && slug.length <= CODE_CHARACTERS_MAX ? slug : null;
  } catch {
    return null;
  }
}

export function rememberBrand(slug: string, colour: string | null): void {
  try {
    if (colour === null) localStorage.removeItem(BRAND_KEY);
    else localStorage.setItem(BRAND_KEY, `${slug} ${colour}`);
  } catch {
    // Without storage the page takes on its colour when the business has been read.
  }
}

/** The colour of this business, if it was the last one seen here. */
export function recallBrand(slug: string | null): string | null {
  try {
    const [known, colour] = localStorage.getItem(BRAND_KEY)?.split(' ') ?? [];
    return slug !== null && known === slug && colour ? colour : null;
  } catch {
    return null;
  }
}
