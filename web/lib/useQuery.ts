import { useSearchParams } from 'next/navigation';

/** A parameter of the page's address: its value, or null. The component needs a Suspense boundary above it. */
export function useQuery(name: string): string | null {
  return useSearchParams().get(name);
}
