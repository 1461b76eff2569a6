# Prints the circles in the imports between the files of one crate, each as a path with the names
# that are imported, and exits with 1 if there is one. Called by check-modules.sh, with the crate's
# source folder as `folder` and its files as arguments.

# A module is named by its path below the crate's root, which is "".

function join(module, name) { return module == "" ? name : module "::" name }
function parent(module) { return sub(/(^|::)[^:]*$/, "", module) ? module : "" }

function module_of(file) {
    file = substr(file, length(folder) + 2)
    sub(/\.rs$/, "", file)
    sub(/(^|\/)(mod|lib)$/, "", file)
    if (file == "main") file = (folder "/lib.rs") in listed ? "main" : ""
    gsub(/\//, "::", file)
    return file
}

# The path below the root for `path` as `module` writes it, or "-" for another crate's.
function absolute(module, path,    first, rest) {
    first = path
    sub(/::.*/, "", first)
    rest = substr(path, length(first) + 3)
    if (first == "crate") return rest
    if (first == "self") return join(module, rest)
    if (first == "super") {
        module = parent(module)
        return rest ~ /^super(::|$)/ ? absolute(module, rest) : join(module, rest)
    }
    return join(module, first) in file_of || (module, first) in alias ? join(module, path) : "-"
}

# The module that defines what `path` names, through re-exports; "-" if there is no such name.
function definer(path, depth,    module, parts, count, i, rest, found, globbed, targets, g) {
    if (depth > 9) return "-"
    count = split(path, parts, "::")
    module = ""
    for (i = 1; i <= count && join(module, parts[i]) in file_of; i++) module = join(module, parts[i])
    if (i > count || (module, parts[i]) in defined) return module
    rest = ""
    for (g = i + 1; g <= count; g++) rest = rest "::" parts[g]
    if ((module, parts[i]) in alias) {
        found = absolute(module, alias[module, parts[i]])
        if (found == "-") return found
        module = definer(found rest, depth + 1)
        return module == "-" ? nearest(found) : module
    }
    globbed = split(globs[module], targets, " ")
    for (g = 1; g <= globbed; g++) {
        found = absolute(module, targets[g])
        if (found != "-" && found != module) found = definer(join(found, parts[i]) rest, depth + 1)
        if (found != "-") return found
    }
    return parts[i] in macro ? macro[parts[i]] : "-"
}

# The module that a path without a known definition leads into: a macro may have made the name.
function nearest(path) {
    while (path != "" && !(path in file_of)) path = parent(path)
    return path
}

function refer(path) {
    refs++
    ref_path[refs] = path
    ref_module[refs] = module
    ref_line[refs] = FNR
}

# Takes `a::{b, c::*, d as e}` apart; `prefix` stands before it.
function import(prefix, tree,    depth, i, char, item, name, open) {
    depth = 0
    item = ""
    for (i = 1; i <= length(tree) + 1; i++) {
        char = i > length(tree) ? "," : substr(tree, i, 1)
        if (char == "{") depth++
        if (char == "}") depth--
        if (char != "," || depth > 0) { item = item char; continue }
        if (item == "") continue
        open = index(item, "{")
        if (open) {
            import(prefix substr(item, 1, open - 1), substr(item, open + 1, length(item) - open - 1))
        } else {
            name = item = prefix item
            if (sub(/@.*/, "", item)) sub(/.*@/, "", name)
            sub(/::self$/, "", item)
            sub(/::self$/, "", name)
            sub(/.*::/, "", name)
            if (name == "*") {
                sub(/::\*$/, "", item)
                globs[module] = globs[module] " " item
            } else if (item != name) {
                alias[module, name] = item
            }
            refer(item)
        }
        item = ""
    }
}

BEGIN {
    for (i = 1; i < ARGC; i++) listed[ARGV[i]]
    for (i = 1; i < ARGC; i++) file_of[module_of(ARGV[i])] = ARGV[i]
}

FNR == 1 {
    module = module_of(FILENAME)
    statement = ""
    in_string = in_comment = of_test = skipping = 0
}

# Without comments and strings, so that what is left is code.
{
    line = $0
    if (in_comment) { if (!sub(/^.*\*\//, "", line)) next; in_comment = 0 }
    if (in_string) { if (!sub(/^([^"\\]|\\.)*"#*/, "", line)) next; in_string = 0 }
    gsub(/'(\\.|[^'\\])'/, "' '", line)
    gsub(/r#+"[^#]*"#+/, "''", line)
    gsub(/"([^"\\]|\\.)*"/, "''", line)
    sub(/\/\/.*/, "", line)
    gsub(/\/\*.*\*\//, "", line)
    if (sub(/\/\*.*/, "", line)) in_comment = 1
    if (sub(/".*/, "", line)) in_string = 1
}

# What stands under #[cfg(test)].
sub(/^[ \t]*#\[cfg\(test\)\]/, "", line) { of_test = 1; depth = 0 }
of_test && !skipping && line ~ /^[ \t]*(#\[.*)?$/ { next }
of_test {
    if (!skipping && match(line, /mod +[a-z_0-9]+ *;/)) {
        name = substr(line, RSTART + 4, RLENGTH - 5)
        gsub(/ /, "", name)
        test_module[join(module, name)]
    }
    skipping = 1
    depth += gsub(/\{/, "{", line) - gsub(/\}/, "}", line)
    if (depth == 0 && line ~ /[;}][ \t,]*$/) of_test = skipping = 0
    next
}

statement == "" && line ~ /^[ \t]*(pub(\([^)]*\))? +)?use / { statement = line; sub(/.*use /, "", statement); line = "" }
statement != "" {
    statement = statement " " line
    if (statement !~ /;/) next
    sub(/;.*/, "", statement)
    gsub(/ +as +/, "@", statement)
    gsub(/[ \t]/, "", statement)
    import("", statement)
    statement = ""
    next
}

match(line, /(^|[ \t])(struct|enum|union|trait|fn|type|const|static) +[A-Za-z_0-9]+/) {
    name = substr(line, RSTART, RLENGTH)
    sub(/.* /, "", name)
    if (line ~ /^(pub|struct|enum|union|trait|fn|type|const|static|async)/) defined[module, name]
}
match(line, /macro_rules! +[a-z_0-9]+/) { macro[substr(line, RSTART + 13, RLENGTH - 13)] = module }

{
    gsub(/pub\(in [^)]*\)/, "pub", line)
    while (match(line, /[A-Za-z_][A-Za-z_0-9]*(::[A-Za-z_][A-Za-z_0-9]*)+/)) {
        refer(substr(line, RSTART, RLENGTH))
        line = substr(line, RSTART + RLENGTH)
    }
}

# The shortest way along imports, as " a b c"; "" if there is none.
function way(from, to,    queue, head, tail, before, at, i, count, next_ones, found) {
    head = tail = 1
    queue[1] = from
    before[from] = "-"
    while (head <= tail) {
        at = queue[head++]
        if (at == to) {
            for (found = ""; at != "-"; at = before[at]) found = " " at found
            return found
        }
        count = split(imports[at], next_ones, " ")
        for (i = 1; i <= count; i++) {
            if (next_ones[i] in before) continue
            before[next_ones[i]] = at
            queue[++tail] = next_ones[i]
        }
    }
    return ""
}

END {
    for (i = 1; i <= refs; i++) {
        importer = ref_module[i]
        if (importer in test_module) continue
        path = absolute(importer, ref_path[i])
        if (path == "-") continue
        imported = definer(path, 0)
        if (imported == "-") imported = nearest(path)
        from = file_of[importer]
        to = file_of[imported]
        if (from == to || to == "" || (from, to) in because) continue
        because[from, to] = ref_path[i] ", line " ref_line[i]
        imports[from] = imports[from] " " to
        edges++
        edge_from[edges] = from
        edge_to[edges] = to
    }
    for (i = 1; i <= edges; i++) {
        if ((edge_from[i], edge_to[i]) in told) continue
        back = way(edge_to[i], edge_from[i])
        if (back == "") continue
        circles++
        print "broken: a circle in " folder ":"
        count = split(edge_from[i] back, step, " ")
        for (j = 1; j < count; j++) {
            told[step[j], step[j + 1]]
            printf "    %s imports %s (%s)\n", substr(step[j], length(folder) + 2), \
                substr(step[j + 1], length(folder) + 2), because[step[j], step[j + 1]]
        }
    }
    if (circles) exit 1
    printf "kept: no circle in %s: %d files, %d imports\n", folder, ARGC - 1, edges
}
