export const themeNames = ['auto', 'dark', 'light', 'high-contrast', 'none'] as const;
export type ThemeName = (typeof themeNames)[number];

/** How a person's terminal wants to be written to. */
export type Display = {
  /** `auto`: by what the terminal says of its background, dark where it says nothing. */
  readonly theme: ThemeName;
  /** The locale is not UTF-8: glyphs, borders and bullets are ASCII. */
  readonly isAscii: boolean;
  /** Plain lines that are printed once, no region that is drawn anew: for screen readers and for terminals that cannot move the cursor. */
  readonly isPlain: boolean;
};
