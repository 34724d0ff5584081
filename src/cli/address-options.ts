import { AddressBook, poolAddresses, tryBind } from '../controller/index.ts';
import { UsageError, type Arguments } from './command.ts';
import { DEFAULT_POOL } from './default-pool.ts';
import { wholeNumber } from './whole-number.ts';

/** The addresses that `--pool` and `--port-offset` ask for; a pool of another machine is a mistake of the call. */
export async function addressBook(args: Arguments): Promise<AddressBook> {
  const pool = args.value('pool');
  const offset = args.value('port-offset');
  if (pool !== undefined) await requireLocal(pool);
  return new AddressBook({ pool: pool ?? DEFAULT_POOL, ...(offset === undefined ? {} : { portOffset: wholeNumber(args, 'port-offset', 0) }) });
}

async function requireLocal(pool: string): Promise<void> {
  let first: string | undefined;
  try {
    [first] = poolAddresses(pool);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (first !== undefined && (await tryBind(first, 0)) === 'no-such-address') {
    throw new UsageError(`--pool ${pool}: ${first} is not an address of this machine; give a loopback range such as 127.0.20.0/24`);
  }
}
