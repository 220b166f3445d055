import {
  CreatePhotoDocument,
  DeletePhotoDocument,
  GetPhotoDocument,
  GetProfileDocument,
  LikePhotoDocument,
  ListPhotosDocument,
  type PhotoFieldsFragment,
  PhotosByOwnerDocument,
  UnlikePhotoDocument,
  UpdatePhotoDocument,
} from '@/graphql/generated';
import { present, send } from './api';
import { faultOf } from './faults';
import type { Step } from './steps';
import type { OnProgress } from './storage';
import { makingIt, naming, sending, type Upload, uuidOf } from './uploads';

/** A photo, and whether this user likes it: false where the API does not say. */
export type Photo = PhotoFieldsFragment & { likedByMe: boolean };

/** The longest caption, as `maxlength` counts. */
export const maxCaption = 2_200;

/** How many photos a page of the feed has, or of a profile, where three stand in a row. */
export const pageSize = 9;

export async function getPhoto(id: string): Promise<Photo | null> {
  const { getPhoto } = await send(GetPhotoDocument, { id });
  return getPhoto && liked(getPhoto);
}

export async function listPhotos(nextToken: string | null) {
  const { items, nextToken: next } = (await send(ListPhotosDocument, { limit: pageSize, nextToken })).listPhotos;
  return { items: items.map(liked), nextToken: next };
}

export async function photosByOwner(owner: string, nextToken: string | null) {
  const answer = await send(PhotosByOwnerDocument, { owner, limit: pageSize, nextToken });
  return { items: answer.photosByOwner.items.map(liked), nextToken: answer.photosByOwner.nextToken };
}

export async function getProfile(owner: string) {
  return (await send(GetProfileDocument, { owner })).getProfile;
}

/** Sends the picture and posts it; the same picture makes one photo, however often that is tried. */
export function posting(sub: string, picture: Upload, caption: string, hear: Hear): Step[] {
  const input = { imgKey: picture.key, caption: caption || null };
  return [
    sending(picture, hear.progress),
    {
      name: makingIt,
      run: () =>
        naming(picture, async () => hear.photo(posted(present((await send(CreatePhotoDocument, { input })).createPhoto)))),
      tookEffect: async () => {
        const made = await getPhoto(`${sub}.${uuidOf(picture)}`);
        if (made) {
          hear.photo(made);
        }
        return made !== null;
      },
    },
  ];
}

/** Deletes a photo with its comments and likes; the backend removes its pictures. */
export function deleting({ id }: Pick<Photo, 'id'>): Step[] {
  return [
    {
      name: 'Deleting the photo',
      run: () => persist(async () => present((await send(DeletePhotoDocument, { id })).deletePhoto)),
      tookEffect: async () => (await getPhoto(id)) === null,
    },
  ];
}

/** Changes the caption; an empty one is removed. */
export async function writeCaption({ id, version }: Photo, caption: string): Promise<PhotoFieldsFragment> {
  return present((await send(UpdatePhotoDocument, { id, version, caption: caption || null })).updatePhoto);
}

/** Likes a photo or takes the like back. */
export async function setLike(id: string, like: boolean): Promise<PhotoFieldsFragment> {
  return persist(async () =>
    present(
      like ? (await send(LikePhotoDocument, { id })).likePhoto : (await send(UnlikePhotoDocument, { id })).unlikePhoto,
    ),
  );
}

/** Where posting tells what happened: the photo as the feed shows it, and how much of the upload is done. */
export type Hear = { photo(photo: Photo): void; progress: OnProgress };

/** A photo of an event or of a mutation, of which nobody says whether this user likes it. */
export const posted = (photo: PhotoFieldsFragment): Photo => ({ ...photo, likedByMe: false });

/** What an event changes of a photo that is shown: everything but whether this user likes it. */
export const changed = (event: PhotoFieldsFragment) => (photo: Photo) =>
  // A caption that was changed before the one that is shown comes late, with the likes of now.
  event.version < photo.version ? { ...photo, likeCount: event.likeCount } : { ...photo, ...event };

function liked(photo: PhotoFieldsFragment & { likedByMe: boolean | null }): Photo {
  return { ...photo, likedByMe: photo.likedByMe ?? false };
}

/**
 * Calls again when another write to the same photo came in the same moment: these calls name no version, so a Conflict
 * says nothing but that.
 */
export async function persist<T>(call: () => Promise<T>, wait: (ms: number) => Promise<void> = sleep): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (fault.kind !== 'Conflict' || attempt === 4) {
        throw fault;
      }
    }
    await wait(attempt * 100 * (1 + Math.random()));
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
