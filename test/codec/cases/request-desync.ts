/** Tricks of the newer write-ups on desynchronisation that the other files do not have: expectations, chunk terminators, hidden fields. */
import { cut, family, forwarded, refused, request, type RequestCase, waits } from './request-case.ts';

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const chunked = 'Transfer-Encoding: chunked';
const last = '0\r\n\r\n';
const chunks = (body: string): string => request([chunked], body);
const length = `Content-Length: ${smuggled.length}`;

export const desyncCases: readonly RequestCase[] = [
  ...family('0.CL and CL.0 by Expect', [
    forwarded('GET with an expectation and a body that looks like a request', request(['Expect: 100-continue', length], smuggled, 'GET / HTTP/1.1'), { body: smuggled }),
    forwarded('HEAD with an expectation and a body', request(['Expect: 100-continue', length], smuggled, 'HEAD / HTTP/1.1'), { body: smuggled }),
    forwarded('an expectation and chunks', request(['Expect: 100-continue', chunked], `5\r\nhello\r\n${last}`), { body: 'hello' }),
    forwarded('an expectation and a length of 0', request(['Expect: 100-continue', 'Content-Length: 0']), { body: '' }),
    forwarded('an expectation and no length', request(['Expect: 100-continue']), { body: '' }),
    waits('an expectation and half a body', request(['Expect: 100-continue', 'Content-Length: 500'], smuggled)),
    refused('folded', request(['Expect:', ' 100-continue', length], smuggled)),
    refused('a carriage return in the value', request(['Expect: 100-continue\r', length], smuggled)),
    refused('a NUL in the value', request(['Expect: 100-continue\0', length], smuggled)),
    refused('blank before the colon', request(['Expect : 100-continue', length], smuggled)),
    refused('quoted', request(['Expect: "100-continue"', length], smuggled), 417),
    refused('a parameter', request(['Expect: 100-continue;a=b', length], smuggled), 417),
    refused('another number', request(['Expect: 101-continue', length], smuggled), 417),
  ]),
  ...family('chunk terminators', [
    cut('LF CR LF behind the chunk (TWO.ONE)', chunks(`5\r\nhello\n\r\n${last}`)),
    cut('CR CR LF behind the chunk', chunks(`5\r\nhello\r\r\n${last}`)),
    cut('CR LF CR LF behind the chunk (ONE.TWO)', chunks(`5\r\nhello\r\n\r\n${last}`)),
    cut('an empty extension that ends in LF', chunks(`5;\nhello\r\n${last}`)),
    cut('a lone LF in the extension of the last chunk', chunks('5\r\nhello\r\n0;\n\r\n')),
    cut('blanks in front of the extension', chunks(`5 ;a=b\r\nhello\r\n${last}`)),
    cut('a chunk behind a lone LF in an extension', chunks(`2;\nxx\r\n4c\r\n0\r\n\r\n${smuggled}${last}`)),
    cut('a vertical tab in the size', chunks(`5\v\r\nhello\r\n${last}`)),
    cut('a semicolon and a request', chunks(`0;\r\n\r\n${smuggled}`)),
  ]),
  ...family('hidden and visible', [
    refused('a length behind a vertical tab', request(['\vContent-Length: 5'], 'hello')),
    refused('a length with a NUL in its name', request(['Content-Length\0: 5'], 'hello')),
    refused('a length with 0x85 in front of it', request(['\x85Content-Length: 5'], 'hello')),
    refused('a coding with 0xa0 in front of it', request(['\xa0Transfer-Encoding: chunked'], `5\r\nhello\r\n${last}`)),
    refused('two codings in different letters', request([chunked, 'TRANSFER-ENCODING: identity'], `5\r\nhello\r\n${last}`)),
    refused('a length in front of the first field', `POST / HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n\r\nhello`),
    refused('a length behind an empty name', request([': x', 'Content-Length: 5'], 'hello')),
    forwarded('a length that is no length', request(['X-Content-Length: 5', 'Content-Lengthy: 7']), { body: '' }),
    forwarded('a host for whom the wrong server may feel responsible', request(['X-Host: evil', 'X-Forwarded-Server: evil', 'X-Original-URL: /admin']), { host: 'a' }),
  ]),
];
