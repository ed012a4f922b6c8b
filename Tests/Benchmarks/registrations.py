#!/usr/bin/env python3
"""Registers N accounts from nothing with `sipreconcile apply` and with sipp, in turn, each at a fresh Kamailio.

Both get the same exchange (REGISTER, 401, REGISTER with digest, 200) over UDP on loopback. What is measured of
sipreconcile is the whole process: loading the YAML file, the plan, the state in SQLite, registering, the
report. On a shared machine the ratios count, not the times. It ends with status 1 where a registration is
missing or failed.

With --transport tcp both use one connection. With --transport tls sipreconcile over TLS is measured beside
itself over TCP.

With --profile COMMAND, such as "perf record -g -o FILE", sipreconcile runs under that command, once.
"""
import argparse, csv, glob, json, os, re, resource, shlex, shutil, signal, socket, statistics, subprocess, sys
import tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    paths = folder + "/certificate.pem", folder + "/key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True)
    return paths


class Registrar:
    """A Kamailio of one run, on a free port, with its files in the run's folder."""

    def __init__(self, folder, transport="udp"):
        self.transport = transport
        self.certificate = None
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        lines = [f"listen={transport}:127.0.0.1:{self.port}"]
        lines.append("disable_tcp=yes" if transport == "udp" else "tcp_connection_lifetime=3605")
        if transport == "tls":
            self.certificate, key = certificate(folder)
            lines += ['enable_tls=yes', 'loadmodule "tls.so"', f'modparam("tls", "certificate", "{self.certificate}")',
                      f'modparam("tls", "private_key", "{key}")', 'modparam("tls", "tls_method", "TLSv1.2+")']
        self.control = folder + "/kamailio.ctl"
        modules = glob.glob("/usr/lib*/kamailio/modules") + glob.glob("/usr/lib/*/kamailio/modules")
        if not modules:
            sys.exit("no Kamailio modules found: install kamailio and kamailio-extra-modules")
        with open(HERE + "/registrar.cfg") as file:
            text = file.read()
        for word, value in (("CONTROL", self.control), ("MODULES", modules[0]), ("TRANSPORT", "\n".join(lines))):
            text = re.sub(r"^(?!#)(.*)\b%s\b" % word, lambda found: found[1] + value, text, flags=re.M)
        path = folder + "/kamailio.cfg"
        with open(path, "w") as file:
            file.write(text)
        self.log = folder + "/kamailio.log"
        command = ["kamailio", "-f", path, "-DD", "-E", "-m", "1800", "-M", "32", "-b", "4194304", "-Y", folder]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
        end = time.monotonic() + 30
        while "location" not in self.statistics():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                sys.exit("Kamailio did not start:\n" + open(self.log).read())
            time.sleep(0.05)

    def statistics(self):
        command = ["kamcmd", "-s", "unix:" + self.control, "stats.get_statistics", "usrloc:"]
        return subprocess.run(command, capture_output=True, text=True).stdout

    @property
    def bindings(self):
        found = re.search(r"location_contacts\D+(\d+)", self.statistics())
        return int(found.group(1)) if found else -1

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def timed(command, **options):
    """Runs a command: its status, wall and CPU seconds, and greatest resident size in KiB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss


def users(count):
    return [f"u{number:06d}" for number in range(count)]


def manifest(path, count, port, transport="udp", anchor=None):
    trust = f", tls: {{ ca: '{anchor}' }}" if anchor else ""
    with open(path, "w") as file:
        file.write(
            "apiVersion: sipreconcile/v1\nowner: benchmark\n"
            f"registrars:\n  kamailio: {{ uri: 'sip:127.0.0.1:{port}'{trust} }}\n"
            f"defaults: {{ registrar: kamailio, expires: 1h, transport: {transport} }}\naccounts:\n")
        for user in users(count):
            file.write(
                f"  {user}:\n    identity: sip:{user}@127.0.0.1\n"
                f"    auth: {{ username: {user}, password: secret }}\n")


def run_sipreconcile(options, count, folder, registrar):
    path = folder + "/accounts.yaml"
    manifest(path, count, registrar.port, registrar.transport, registrar.certificate)
    command = shlex.split(options.profile or "") + [
        options.program, "apply", path, "--state", folder + "/state.db", "-o", "json"]
    with open(folder + "/report.json", "w") as report, open(folder + "/errors", "w") as errors:
        status, wall, cpu, size = timed(command, stdout=report, stderr=errors)
    with open(folder + "/report.json") as report:
        text = report.read()
    if status != 0:
        with open(folder + "/errors") as errors:
            return wall, cpu, size, f"status {status}: {errors.read()[:2000]} {text[:600]}"
    summary = json.loads(text)["summary"]
    return wall, cpu, size, "" if summary.get("failed", 0) == 0 else f"failed: {summary}"


def run_sipp(options, count, folder, registrar):
    path = folder + "/users.csv"
    with open(path, "w") as file:
        file.write("SEQUENTIAL\n")
        for user in users(count):
            file.write(f"{user};[authentication username={user} password=secret]\n")
    figures = folder + "/figures.csv"
    command = [
        "sipp", f"127.0.0.1:{registrar.port}", "-sf", HERE + "/register.xml", "-inf", path, "-m", str(count),
        "-r", "1000000", "-l", str(options.window), "-t", registrar.transport[0] + "1", "-i", "127.0.0.1", "-nostdin", "-timer_resol", "1",
        "-max_recv_loops", "5000", "-max_sched_loops", "5000", "-buff_size", "4194304", "-trace_stat",
        "-stf", figures, "-fd", "1", "-timeout", "300", "-recv_timeout", "15000"]
    with open(folder + "/sipp.log", "w") as log:
        status, wall, cpu, size = timed(command, stdout=log, stderr=log, cwd=folder)
    with open(figures) as file:
        row = list(csv.DictReader(file, delimiter=";"))[-1]
    failed, copies = int(row["FailedCall(C)"]), int(row["Retransmissions(C)"])
    problem = f"status {status}, {failed} failed" if status or failed else ""
    return wall, cpu, size, problem or (f"{copies} retransmissions" if copies else "")


def retransmissions(registrar, count):
    """Kamailio's count of requests beyond two a registration."""
    command = ["kamcmd", "-s", "unix:" + registrar.control, "stats.get_statistics", "core:"]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    found = re.search(r"rcv_requests\D+(\d+)", text)
    return int(found.group(1)) - 2 * count if found else 0


def measure(name, run, options, count, transport):
    folder = tempfile.mkdtemp(prefix="sipreconcile-bench-")
    registrar = Registrar(folder, transport)
    try:
        wall, cpu, size, problem = run(options, count, folder, registrar)
        bound, extra = registrar.bindings, retransmissions(registrar, count)
    finally:
        registrar.stop()
        if not options.keep:
            shutil.rmtree(folder)
    each = cpu / count * 1e6
    line = f"{name:13} N={count} wall {wall:6.2f} s  CPU {each:6.1f} µs each  peak {size / 1024:6.1f} MiB"
    if extra:
        line += f"  {extra} requests too many"
    if bound != count:
        problem = f"{bound} of {count} bound. {problem}"
    print(line + (f"  PROBLEM: {problem}" if problem else ""), flush=True)
    return {"wall": wall, "cpu": each, "size": size, "failed": bound != count or "status" in problem, "extra": extra}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("-n", type=int, default=10_000, help="how many accounts (10000)")
    words.add_argument("--runs", type=int, default=3, help="runs of each, in turn (3)")
    words.add_argument("--transport", choices=("udp", "tcp", "tls"), default="udp", help="what carries SIP (udp)")
    words.add_argument("--window", type=int, default=200, help="how many calls sipp keeps open (200)")
    words.add_argument("--program", default=ROOT + "/.build/release/sipreconcile")
    words.add_argument("--profile", help="run sipreconcile once under this command")
    words.add_argument("--keep", action="store_true", help="keep the folders of the runs")
    options = words.parse_args()
    for tool in ("kamailio", "kamcmd", "sipp", "openssl", options.program):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing")
    if options.profile:
        measure("sipreconcile", run_sipreconcile, options, options.n, options.transport)
        return
    ours, theirs = [], []
    peer, run_peer, peers_transport = "sipp", run_sipp, options.transport
    if options.transport == "tls":
        peer, run_peer, peers_transport = "itself, TCP", run_sipreconcile, "tcp"
    for _ in range(options.runs):
        ours.append(measure("sipreconcile", run_sipreconcile, options, options.n, options.transport))
        theirs.append(measure(peer, run_peer, options, options.n, peers_transport))
    # What a tenth of the accounts needs is not the accounts': the slope is.
    small = measure("sipreconcile", run_sipreconcile, options, max(1, options.n // 10), options.transport)
    middle = lambda runs, what: statistics.median(run[what] for run in runs)
    slope = (middle(ours, "size") - small["size"]) * 1024 / (options.n - max(1, options.n // 10))
    print(f"\nMedians of {options.runs} runs with {options.n} accounts over {options.transport}, sipreconcile over {peer}:")
    for what, unit, name in (("wall", "s", "wall"), ("cpu", "µs", "CPU per registration")):
        own, other = middle(ours, what), middle(theirs, what)
        print(f"  {name:21} {own:8.2f} / {other:.2f} {unit} = {own / other:.2f}")
    print(f"  {'memory per account':21} {slope:8.0f} bytes at the peak of apply")
    extra = sum(run["extra"] for run in ours)
    print(f"  {'retransmissions':21} {extra:8}")
    failed = any(run["failed"] for run in ours + theirs + [small])
    if failed:
        print("  FAILED: not every account was registered")
    sys.exit(1 if failed or extra else 0)


if __name__ == "__main__":
    main()
