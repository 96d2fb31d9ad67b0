/** Style sheets are bundled as text and adopted by the shadow root. */
declare module '*.css?inline' {
  const text: string;
  export default text;
}

/** Pictures that our server gives out: their addresses. */
declare module '*.svg?url&no-inline' {
  const url: string;
  export default url;
}
