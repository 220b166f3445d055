import { deleteUser, fetchAuthSession } from 'aws-amplify/auth';
import { folder, isThumbnail } from './files';
import { deleting, photosByOwner } from './photos';
import { perform, type Step } from './steps';
import { listAllObjects, removeObject } from './storage';

/**
 * Deletes what a user has, then the user: photos with their pictures, then files, then the account. Comments of the user
 * under photos of others stay, as part of their conversations. Nothing is undone when a step fails: what is gone is gone,
 * the account stays, and one can try again.
 */
export function leaving(sub: string, hear: (said: string) => void): Step[] {
  return [
    { name: 'Deleting your photos', run: () => deletePhotos(sub, hear) },
    { name: 'Deleting your files', run: () => deleteFiles(hear) },
    { name: 'Deleting your account', run: () => deleteUser() },
  ];
}

async function deletePhotos(sub: string, hear: (said: string) => void) {
  // The index may still name a photo that is gone already: that one is NotFound and done.
  const seen = new Set<string>();
  let nextToken: string | null = null;
  do {
    const page = await photosByOwner(sub, nextToken);
    for (const photo of page.items.filter(({ id }) => !seen.has(id))) {
      seen.add(photo.id);
      await perform(deleting(photo)).catch((fault) => {
        if (fault.kind !== 'NotFound') {
          throw fault;
        }
      });
      hear(`${seen.size} ${seen.size === 1 ? 'photo' : 'photos'} deleted`);
    }
    nextToken = page.nextToken;
  } while (nextToken);
}

async function deleteFiles(hear: (said: string) => void) {
  const { identityId } = await fetchAuthSession();
  const folders = identityId ? [folder('protected', identityId), folder('private', identityId)] : [];
  let count = 0;
  for (const path of folders) {
    for (const file of await listAllObjects(path)) {
      await removeObject(file.path);
      count += isThumbnail(file.path) ? 0 : 1;
      hear(`${count} ${count === 1 ? 'file' : 'files'} deleted`);
    }
  }
}
