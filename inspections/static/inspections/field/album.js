// The pictures of the visits on this phone: bytes that wait to be sent, small likenesses that stay for the lists.
import { photoTaken } from "./camera.js";
import { sha256Hex } from "./digests.js";
import { Failure } from "./server.js";
import { picturesOf } from "./visits.js";

export class Album {
  constructor(phone) {
    this.phone = phone;
    this.likenesses = new Map();
  }

  get rooms() {
    return this.phone.rooms;
  }

  /** Take a picture file into a visit: bytes and likeness first, then the visit that names them. */
  async add(id, item, file) {
    this.phone.locate(id);
    const { photo, bytes, likeness } = await photoTaken(file, { item, fix: this.phone.receiver.now });
    await this.rooms.keepPicture("sent", photo.sha256, bytes);
    if (likeness) await this.rooms.keepPicture("likeness", photo.sha256, likeness);
    const visit = this.phone.visits.get(id);
    if (visit.photos.some((one) => one.sha256 === photo.sha256)) return false;
    await this.phone.change(id, { photos: [...visit.photos, photo] });
    this.phone.delivery.kick();
    return true;
  }

  async remove(id, sha256) {
    const visit = this.phone.visits.get(id);
    await this.phone.change(id, { photos: visit.photos.filter((one) => one.sha256 !== sha256) });
    await this.drop(id, sha256);
  }

  /** Keep a drawn signature; returns {image_sha256, image_size}. */
  async keepSignature(bytes) {
    const sha256 = await sha256Hex(bytes);
    await this.rooms.keepPicture("sent", sha256, bytes);
    return { image_sha256: sha256, image_size: bytes.length };
  }

  /** Return an address under which a small likeness can be shown, null while it is being read or where there is none. */
  likenessUrl(sha256) {
    if (!this.likenesses.has(sha256)) {
      this.likenesses.set(sha256, null);
      this.rooms.picture("likeness", sha256).then((bytes) => {
        if (!bytes) return;
        this.likenesses.set(sha256, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
        this.phone.tell();
      });
    }
    return this.likenesses.get(sha256);
  }

  async pictureUrl(sha256, type) {
    const bytes = await this.rooms.picture("sent", sha256);
    return bytes ? URL.createObjectURL(new Blob([bytes], { type })) : null;
  }

  /** Make sure that a picture lies here: one that was delivered and deleted is fetched back, by its digest. */
  async hadBack(id, sha256) {
    if (await this.rooms.picture("sent", sha256)) return true;
    try {
      const bytes = await this.phone.server.picture(id, sha256);
      if ((await sha256Hex(bytes)) !== sha256) return false;
      await this.rooms.keepPicture("sent", sha256, bytes);
      return true;
    } catch (failure) {
      if (failure instanceof Failure) return false;
      throw failure;
    }
  }

  /** A visit no longer names a picture; it goes when no other visit does either. */
  async drop(id, sha256) {
    await this.rooms.removeParcel("photo", `${id}/${sha256}`);
    const used = [...this.phone.visits.values()].some((visit) => picturesOf(visit).some((one) => one.sha256 === sha256));
    if (used) return;
    await this.rooms.removePicture("sent", sha256);
    await this.rooms.removePicture("likeness", sha256);
    this.likenesses.delete(sha256);
  }
}
