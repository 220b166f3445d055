import { usePathname, useSearchParams } from 'next/navigation';

/** Where one signs in and then comes back to this page. The component needs a Suspense boundary above it. */
export function useSignIn(): string {
  const path = usePathname();
  const query = useSearchParams().toString();
  const here = query ? `${path}?${query}` : path;
  // Whoever is there already keeps where they came from.
  return path === '/account/' ? here : `/account/?next=${encodeURIComponent(here)}`;
}
