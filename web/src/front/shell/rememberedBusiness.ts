/** Which business's page this browser saw last: the customer's own pages need it when their address does not say. */
const STORAGE_KEY = 'frontdesk.business';
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
