/** The house's mark. */
export function Mark({ size = 36 }: { size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" style={{ display: 'block' }} />;
}
