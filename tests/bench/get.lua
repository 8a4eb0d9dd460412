-- A page, as a browser that takes compressed pages asks for it.
package.path = package.path .. ";tests/bench/?.lua"
require("report")
wrk.headers["Accept-Encoding"] = "gzip"
