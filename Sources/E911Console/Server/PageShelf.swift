#if Daemon
    /// The files of the pages, which are part of the program.
    struct PageShelf: Sendable {
        struct Page: Sendable {
            var octets: [UInt8]
            var type: String
            /// An entity tag.
            var tag: String
            var needsSession: Bool
            /// Somebody opens it in a browser; the others are its parts.
            var isDocument: Bool
        }

        private let pages: [String: Page]

        /// A link to acknowledge has the page of all such links.
        subscript(path: String) -> Page? {
            pages[path.hasPrefix("/acknowledge/") && path.split(separator: "/").count == 2 ? "/acknowledge" : path]
        }

        init() {
            var pages: [String: Page] = [:]
            func add(_ path: String, _ octets: [UInt8], _ type: String, session: Bool = true) {
                let tag = "\"\(Secret.hash(String(decoding: octets, as: UTF8.self)).prefix(16))\""
                pages[path] = Page(
                    octets: octets, type: type, tag: tag, needsSession: session, isDocument: type.hasPrefix("text/html")
                )
            }
            let (html, script, style) = (
                "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
            )
            add("/login", PackageResources.login_html, html, session: false)
            add("/setup", PackageResources.setup_html, html, session: false)
            add("/acknowledge", PackageResources.acknowledge_html, html, session: false)
            add("/acknowledge.js", PackageResources.acknowledge_js, script, session: false)
            add("/entry.js", PackageResources.entry_js, script, session: false)
            add("/style.css", PackageResources.style_css, style, session: false)
            add("/icon.svg", PackageResources.icon_svg, "image/svg+xml", session: false)
            add("/", PackageResources.console_html, html)
            add("/console.js", PackageResources.console_js, script)
            add("/views.js", PackageResources.views_js, script)
            add("/parts.js", PackageResources.parts_js, script)
            add("/pop.js", PackageResources.pop_js, script)
            add("/live.js", PackageResources.live_js, script)
            self.pages = pages
        }
    }
#endif
