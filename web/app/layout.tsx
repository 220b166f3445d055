import '@/styles/index.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { preload } from 'react-dom';
import { BackendProvider } from '@/components/shell/Backend';
import { Header } from '@/components/shell/Header';
import { title } from '@/lib/title';

export const metadata: Metadata = {
  title: { default: `Store · ${title}`, template: `%s · ${title}` },
  description: `${title}: a store, photos and files.`,
  openGraph: { siteName: title, type: 'website' },
  icons: { icon: '/icon.svg' },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf9f7' },
    { media: '(prefers-color-scheme: dark)', color: '#161614' },
  ],
};

export default function Layout({ children }: { children: ReactNode }) {
  // The first thing that every page asks for.
  preload('/amplify_outputs.json', { as: 'fetch', crossOrigin: 'anonymous' });
  return (
    <html lang="en">
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <BackendProvider frame={<Header />}>
          <main id="main" tabIndex={-1}>
            {children}
          </main>
        </BackendProvider>
      </body>
    </html>
  );
}
