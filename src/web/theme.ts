import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Neutral greys with a slight blue cast, from paper to ink. */
const gray: MantineColorsTuple = [
  '#f7f9fb',
  '#eef2f6',
  '#e2e8ee',
  '#d0d8e1',
  '#b2bdc9',
  '#8793a1',
  '#5f6c79',
  '#465360',
  '#2e3944',
  '#18212b',
];
const dark: MantineColorsTuple = [
  '#e2e8ee',
  '#bcc7d2',
  '#95a3b1',
  '#6f7e8d',
  '#34424f',
  '#283541',
  '#1d2731',
  '#161e26',
  '#0e141a',
  '#090d12',
];
const teal: MantineColorsTuple = [
  '#e3f5f2',
  '#c6ebe6',
  '#97d9d1',
  '#5fc6ba',
  '#3fc2b3',
  '#17958a',
  '#0f8177',
  '#0d6e66',
  '#0a5a53',
  '#084742',
];
const amber: MantineColorsTuple = [
  '#fff5dd',
  '#ffe8b5',
  '#fcd57c',
  '#f0b441',
  '#e5a11b',
  '#c5840c',
  '#9c6507',
  '#7d5005',
  '#613e04',
  '#452c03',
];
const red: MantineColorsTuple = [
  '#fdecea',
  '#fad3cf',
  '#f5aaa3',
  '#ff8a80',
  '#f2685d',
  '#d8463a',
  '#c2372c',
  '#ab2a20',
  '#8a2019',
  '#6a1712',
];

/** Semantic colours, each pair designed for its scheme: text on `bg`, `surface` and its own `-soft` is AA. */
const light = {
  '--vs-bg': '#f3f5f8',
  '--vs-surface': '#ffffff',
  '--vs-inset': '#eef2f6',
  '--vs-hover': '#f3f6f9',
  '--vs-line': 'rgba(16, 36, 60, 0.1)',
  '--vs-line-strong': 'rgba(16, 36, 60, 0.2)',
  '--vs-text': '#18212b',
  '--vs-dim': '#566370',
  '--vs-on-fill': '#ffffff',
  '--vs-accent': '#0d6e66',
  '--vs-accent-soft': '#dcf1ee',
  '--vs-amber': '#7d5005',
  '--vs-amber-mark': '#d9920f',
  '--vs-amber-soft': '#fff1cf',
  '--vs-red': '#ab2a20',
  '--vs-red-soft': '#fde6e3',
  '--vs-green': '#1a6f3a',
  '--vs-green-soft': '#def3e5',
  '--vs-violet': '#6a3fb8',
  '--vs-violet-soft': '#ede6fa',
  '--vs-front': '#2468a8',
  '--vs-rear': '#a1521f',
  '--vs-interior': '#5a6a12',
  '--vs-tele': '#98387a',
  '--vs-other': '#566370',
  '--vs-float': '0 8px 28px rgba(16, 36, 60, 0.16), 0 1px 4px rgba(16, 36, 60, 0.1)',
  '--vs-bar': 'rgba(243, 245, 248, 0.94)',
} as const;

const darkScheme: Record<keyof typeof light, string> = {
  '--vs-bg': '#0e141a',
  '--vs-surface': '#161e26',
  '--vs-inset': '#1f2a34',
  '--vs-hover': '#1b242d',
  '--vs-line': 'rgba(190, 215, 240, 0.1)',
  '--vs-line-strong': 'rgba(190, 215, 240, 0.22)',
  '--vs-text': '#e2e8ee',
  '--vs-dim': '#98a6b4',
  '--vs-on-fill': '#07201d',
  '--vs-accent': '#3fc2b3',
  '--vs-accent-soft': '#12332f',
  '--vs-amber': '#f0b441',
  '--vs-amber-mark': '#f0b441',
  '--vs-amber-soft': '#35290f',
  '--vs-red': '#ff8a80',
  '--vs-red-soft': '#3f1b18',
  '--vs-green': '#5fcf86',
  '--vs-green-soft': '#14311f',
  '--vs-violet': '#b99df3',
  '--vs-violet-soft': '#2b2142',
  '--vs-front': '#7db4ec',
  '--vs-rear': '#e69a68',
  '--vs-interior': '#b6c85a',
  '--vs-tele': '#e08cc4',
  '--vs-other': '#98a6b4',
  '--vs-float': '0 10px 32px rgba(0, 0, 0, 0.55), 0 0 0 1px rgba(190, 215, 240, 0.1)',
  '--vs-bar': 'rgba(14, 20, 26, 0.94)',
};

const mantineFromTokens = {
  '--mantine-color-body': 'var(--vs-bg)',
  '--mantine-color-text': 'var(--vs-text)',
  '--mantine-color-dimmed': 'var(--vs-dim)',
  '--mantine-color-default': 'var(--vs-surface)',
  '--mantine-color-default-hover': 'var(--vs-hover)',
  '--mantine-color-default-border': 'var(--vs-line-strong)',
  '--mantine-color-placeholder': 'var(--vs-dim)',
  '--mantine-color-error': 'var(--vs-red)',
  '--mantine-color-anchor': 'var(--vs-accent)',
};

/** Puts the tokens of both colour schemes on the page as CSS variables. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--vs-fast': '120ms',
    '--vs-move': '200ms',
    '--vs-rail': '5.75rem',
    '--vs-header': '3.75rem',
    '--vs-tabs': 'calc(3.75rem + env(safe-area-inset-bottom, 0px))',
  },
  light: { ...light, ...mantineFromTokens },
  // Mantine darkens what is hovered; the dark words on the red of this scheme need it lighter.
  dark: {
    ...darkScheme,
    ...mantineFromTokens,
    '--mantine-color-red-filled-hover': 'var(--mantine-color-red-3)',
  },
});

/** The one theme: sizes, spaces and radii of docs/ui, for Mantine's components and, as variables, for ours. */
export const theme = createTheme({
  colors: { gray, dark, teal, amber, red },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  black: '#0e1a1c',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2.5rem' },
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.5rem', xl: '0.75rem' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { radius: 'md', centered: true, transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
  },
});
