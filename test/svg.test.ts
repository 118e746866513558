import { files } from '@tintype/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { createTemporaryFolder } from './support/temporary-folder.ts';
