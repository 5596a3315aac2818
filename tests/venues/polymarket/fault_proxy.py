"""Stands between the program and the simulated venue and carries their bytes badly."""
import asyncio
import contextlib
import dataclasses
import socket
import struct
import threading

CHUNK = 65536


@dataclasses.dataclass
class Fault:
    """What happens to a connection from where its client first sent `after`; empty: from its first byte.

    kind: cut (both ends are closed), reset (both ends get an RST), half (this direction ends, the other goes on), hole
    (bytes are taken and go nowhere), drip (each byte travels by itself), delay (each segment waits `seconds`).
    """
    kind: str
    toward: str  # "server" or "client"
    after: bytes = b""
    at: int = 0  # so many bytes of that direction get through before it happens
    seconds: float = 0.2
    times: int = 1


class Pair:
    """A client's connection and the one that was made for it."""

    def __init__(self, client, server):
        self.ends = {"client": client, "server": server}  # writers
        self.heard = b""  # the first bytes of its client
        self.fault, self.left = None, 0

    def end(self, reset):
        for writer in self.ends.values():
            if reset:
                linger = struct.pack("ii", 1, 0)
                with contextlib.suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            else:
                writer.close()


class FaultProxy:
    """Listens on 127.0.0.1 in a thread of its own until the block ends. Its methods may be called by any thread."""

    def __init__(self, url):
        self.host, port = url.split("://", 1)[1].split("/")[0].split(":")
        self.port, self.scheme = int(port), url.split("://", 1)[0]
        self.faults, self.pairs = [], set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self):
        self.thread.start()
        self.server = self.call(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.own_port = self.server.sockets[0].getsockname()[1]
        self.url = f"{self.scheme}://127.0.0.1:{self.own_port}"
        return self

    def __exit__(self, *_):
        self.call(self.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def close(self):
        self.server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for pair in self.pairs:
            pair.end(reset=True)

    def add(self, fault):
        async def act():
            self.faults.append(fault)
        self.call(act())

    def pending(self):
        """Faults that did not happen yet."""
        return len(self.faults)

    def strike(self, kind, path):
        """Does it now to the connections whose client asked for that path; how many there were."""
        async def act():
            hit = [pair for pair in self.pairs if b" " + path.encode() + b" " in pair.heard]
            for pair in hit:
                if kind in ("cut", "reset"):
                    pair.end(reset=kind == "reset")
                else:
                    pair.fault, pair.left = Fault(kind, "client"), 0
                if kind == "half":
                    await self.harm(pair, pair.fault, pair.ends["client"], b"")
            return len(hit)
        return self.call(act())

    async def serve(self, reader, writer):
        try:
            from_server, to_server = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.transport.abort()
            return
        pair = Pair(writer, to_server)
        for end in pair.ends.values():
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pairs.add(pair)
        try:
            await asyncio.gather(self.pump(pair, reader, "server"), self.pump(pair, from_server, "client"))
        except asyncio.CancelledError:
            pass  # the proxy ends
        finally:
            self.pairs.discard(pair)
            pair.end(reset=False)

    async def pump(self, pair, reader, toward):
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if toward == "server":
                    data = await self.look(pair, data)
                await self.carry(pair, toward, data)
        with contextlib.suppress(OSError):
            if pair.ends[toward].can_write_eof() and not pair.ends[toward].is_closing():
                pair.ends[toward].write_eof()

    async def look(self, pair, data):
        """Arms the first fault whose place is in `data`; what comes before that place is carried already."""
        pair.heard = (pair.heard + data)[:4096]
        for fault in self.faults:
            place = data.find(fault.after)
            if pair.fault is not None or place < 0:
                continue
            await self.carry(pair, "server", data[:place])
            pair.fault, pair.left = fault, fault.at
            fault.times -= 1
            if fault.times == 0:
                self.faults.remove(fault)
            return data[place:]
        return data

    async def carry(self, pair, toward, data):
        fault, writer = pair.fault, pair.ends[toward]
        if writer.is_closing() or (fault and fault.toward == toward and fault.kind == "hole" and not pair.left):
            return None
        if fault is None or fault.toward != toward:
            writer.write(data)
            return await writer.drain()
        passes, rest = data[:pair.left], data[pair.left:]
        pair.left -= len(passes)
        if passes:
            writer.write(passes)
            await writer.drain()
        if rest or pair.left == 0:
            await self.harm(pair, fault, writer, rest)
        return None

    @staticmethod
    async def harm(pair, fault, writer, rest):
        if fault.kind in ("cut", "reset"):
            pair.end(reset=fault.kind == "reset")
        elif fault.kind == "half":
            if writer.can_write_eof():
                writer.write_eof()
            pair.fault = dataclasses.replace(fault, kind="hole")
        elif fault.kind == "drip":
            for at in range(len(rest)):
                writer.write(rest[at:at + 1])
                await writer.drain()
                await asyncio.sleep(0)
        elif fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            writer.write(rest)
            await writer.drain()
