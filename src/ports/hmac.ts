/** HMAC-SHA256 of `text`, keyed with the UTF-8 bytes of `secret`, in standard base64 with padding. */
export type Hmac = (secret: string, text: string) => string
