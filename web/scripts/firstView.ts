/**
 * What a storefront's first view is made of, by the names of its parts. The build puts it into two files instead of two
 * dozen: each request costs a phone a kilobyte of headers and a turn. A part that is missing here still works, in a file of
 * its own; what is too much is told by `sizes.ts`.
 */
const KIT = ['ActionIcon', 'Anchor', 'Button', 'Card', 'Center', 'CopyButton', 'Group', 'Indicator', 'Loader', 'Paper', 'Skeleton', 'Stack', 'Text', 'ThemeIcon', 'Title', 'Transition', 'UnstyledButton', 'VisuallyHidden'];
const HOOKS = ['use-callback-ref', 'use-clipboard', 'use-did-update', 'use-document-title', 'use-interval', 'use-isomorphic-effect', 'use-media-query', 'use-reduced-motion'];
const ICONS = ['AlertTriangle', 'Bug', 'BuildingStore', 'CalendarEvent', 'ChevronLeft', 'ChevronRight', 'CloudOff', 'Flask', 'Inbox', 'MapPin', 'MapPinOff', 'MapSearch', 'MessageCircle', 'Phone', 'Scissors', 'User'];

const SHARED = [
  /\/@mantine\/core\/esm\/core\//,
  new RegExp(`/@mantine/core/esm/components/(${KIT.join('|')})/`),
  new RegExp(`/@mantine/hooks/esm/(utils/)?(${HOOKS.join('|')})/`),
  new RegExp(`/@tabler/icons-react/dist/esm/(icons/Icon(${ICONS.join('|')})|createReactComponent|defaultAttributes)\\.m?js`),
  /\/node_modules\/(openapi-fetch|clsx)\//,
  /\/src\/api\/(client|hooks|index|keptReads|problem|session)\.ts$/,
  /\/src\/i18n\/(index|en\/ui)\.ts$/,
  /\/src\/live\/hooks\.ts$/,
  /\/src\/ui\/(Banners|StateView|brand|money|pages|theme|time|tokens)\.tsx?$/,
];
const FRONT = /\/src\/front\/(fault|format\/\w+|locales\/en|shell\/(FrontNav|FrontShell|rememberedBusiness)|storefront\/(parts\/)?\w+)\.tsx?$/;

const isShared = (id: string): boolean => SHARED.some((part) => part.test(id));
const isFront = (id: string): boolean => FRONT.test(id) && !id.includes('.test.');

export const firstViewGroups = [
  { name: 'first', test: isShared },
  { name: 'front', test: isFront },
];
