/** The JPEG with a COM segment of `text` directly behind its SOI marker (ITU T.81, B.2.4.5). */
export function withJpegComment(jpeg: Buffer, text: string): Buffer {
  if (jpeg.readUInt16BE(0) !== 0xffd8) throw new Error('Not a JPEG: it does not begin with FF D8');
  const comment = Buffer.from(text, 'utf8');
  const header = Buffer.from([0xff, 0xfe, 0, 0]);
  header.writeUInt16BE(comment.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), header, comment, jpeg.subarray(2)]);
}
