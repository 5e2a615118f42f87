# One table, with every throughput beside wireguard-go's.
# shellcheck shell=bash

rows=()

table_begin() { rows=(); }

table_row() { rows+=("$1|$2|$3|$4|$5|$6"); }

table_skip() { rows+=("$1|-|-|-|-|-|$2"); }

table_end() {
    printf '%s\n' "${rows[@]}" | awk -F'|' '
        function ratio(value, base) { return (value > 0 && base > 0) ? sprintf("%.1fx", value / base) : "-" }
        { line[NR] = $0; if ($1 == "wireguard-go") { up = $2 + 0; down = $3 + 0 } }
        END {
            form = "%-16s %12s %7s %12s %7s %9s %9s %8s  %s\n"
            printf form, "server-client", "home>vps", "", "vps>home", "", "ping", "CPU", "memory", ""
            printf form, "", "Mbit/s", "vs wg", "Mbit/s", "vs wg", "us", "s/GB", "MiB", ""
            for (i = 1; i <= NR; i++) {
                split(line[i], f, "|")
                printf form, f[1], f[2], ratio(f[2] + 0, up), f[3], ratio(f[3] + 0, down), f[4], f[5], f[6], f[7]
            }
        }'
}
