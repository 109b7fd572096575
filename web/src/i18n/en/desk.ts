/** Every word the business side reads. */
export const deskEn = {
  nav: { label: 'Main' },
} as const;
