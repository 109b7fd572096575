/** Passkeys as the browser does them, by the JSON forms of WebAuthn level 3. */

interface JsonForms {
  parseCreationOptionsFromJSON?: (options: unknown) => PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions;
}

function forms(): JsonForms | null {
  return typeof PublicKeyCredential === 'undefined' ? null : (PublicKeyCredential as unknown as JsonForms);
}

export function hasPasskeys(): boolean {
  return window.isSecureContext && typeof forms()?.parseCreationOptionsFromJSON === 'function' && typeof forms()?.parseRequestOptionsFromJSON === 'function';
}

/** The new credential as the server takes it; null when the person closed the browser's window. */
export async function createPasskey(options: unknown): Promise<unknown> {
  const publicKey = forms()?.parseCreationOptionsFromJSON?.(options);
  if (!publicKey) return null;
  return toJson(await navigator.credentials.create({ publicKey }).catch(forgiveRefusal));
}

export async function askForPasskey(options: unknown): Promise<unknown> {
  const publicKey = forms()?.parseRequestOptionsFromJSON?.(options);
  if (!publicKey) return null;
  return toJson(await navigator.credentials.get({ publicKey }).catch(forgiveRefusal));
}

function toJson(credential: Credential | null): unknown {
  return credential ? (credential as unknown as { toJSON: () => unknown }).toJSON() : null;
}

/** Somebody who closes the browser's question changed their mind; anything else is a fault to show. */
function forgiveRefusal(error: unknown): null {
  if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return null;
  throw error;
}
