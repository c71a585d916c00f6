#if Daemon
    import CCurl

    /// How a transfer ended.
    struct CurlOutcome: Equatable, Sendable {
        /// What libcurl says; `CURLE_OK` is success.
        var code: UInt32
        /// libcurl's words for a failure.
        var message: String
        /// Lines that the far side said, without line ends.
        var lines: [String]
        /// The beginning of the body of an answer.
        var body: [UInt8] = []

        var isSuccess: Bool { code == CURLE_OK.rawValue }

        /// A transfer that was never begun.
        static func notBegun(_ message: String) -> CurlOutcome {
            CurlOutcome(code: CURLE_FAILED_INIT.rawValue, message: message, lines: [])
        }
    }

    /// One transfer by an easy handle of libcurl, on the thread that has the handle.
    final class CurlTransfer {
        /// More than a server has any reason to say.
        private static let mostLines = 200
        /// Of a body, enough to see what a provider says.
        private static let mostBody = 16_384

        private let handle: UnsafeMutableRawPointer
        private let isOver: () -> Bool
        private let errorText: UnsafeMutablePointer<CChar>
        private var lists: [UnsafeMutablePointer<curl_slist>] = []
        private var mimes: [OpaquePointer] = []
        private var lines: [String] = []
        private var body: [UInt8] = []
        private var failure: CURLcode?
        private var refusal: String?

        /// Takes a handle for one transfer; its connections stay.
        ///
        /// - Parameter isOver: asked about once a second; `true` ends the transfer.
        init(_ handle: UnsafeMutableRawPointer, isOver: @escaping () -> Bool) {
            self.handle = handle
            self.isOver = isOver
            errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
            errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
            note(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
            set(CURLOPT_NOSIGNAL, 1)
            set(CURLOPT_NOPROGRESS, 0)
            let context = Unmanaged.passUnretained(self).toOpaque()
            note(ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context))
            note(ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
            note(
                ccurl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { octets, size, count, context in
                    let length = size * count
                    guard let octets, let context else { return length }
                    let line = UnsafeRawBufferPointer(start: octets, count: length)
                    Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().hear(line)
                    return length
                })
            note(
                ccurl_set_progress(handle, CURLOPT_XFERINFOFUNCTION) { context, _, _, _, _ in
                    guard let context else { return 0 }
                    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().isOver() ? 1 : 0
                })
            note(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
            // libcurl would print it.
            note(
                ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { octets, size, count, context in
                    let length = size * count
                    guard let octets, let context else { return length }
                    let part = UnsafeRawBufferPointer(start: octets, count: length)
                    Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().read(part)
                    return length
                })
        }

        deinit {
            // Nothing of this transfer may stay in the handle.
            curl_easy_reset(handle)
            for list in lists { curl_slist_free_all(list) }
            for mime in mimes { curl_mime_free(mime) }
            errorText.deallocate()
        }

        func set(_ option: CURLoption, _ value: Int) {
            note(ccurl_set_long(handle, option, value))
        }

        /// `nil` leaves the option as it is.
        func set(_ option: CURLoption, _ value: String?) {
            guard let value else { return }
            note(ccurl_set_text(handle, option, value))
        }

        func set(_ option: CURLoption, _ values: [String]) {
            var list: UnsafeMutablePointer<curl_slist>?
            defer { if let list { lists.append(list) } }
            for value in values {
                guard let longer = curl_slist_append(list, value) else { return note(CURLE_OUT_OF_MEMORY) }
                list = longer
            }
            note(ccurl_set_pointer(handle, option, list))
        }

        /// A part of a MIME document.
        struct Part {
            var type: String
            var octets: [UInt8]
        }

        /// Sends the parts as alternatives of each other, the plainest first.
        func setAlternatives(_ parts: [Part]) {
            guard let outer = curl_mime_init(handle) else { return note(CURLE_OUT_OF_MEMORY) }
            mimes.append(outer)
            guard let holder = curl_mime_addpart(outer), let inner = curl_mime_init(handle) else {
                return note(CURLE_OUT_OF_MEMORY)
            }
            note(curl_mime_type(holder, "multipart/alternative"))
            // From here on `outer` owns `inner`.
            note(curl_mime_subparts(holder, inner))
            for part in parts {
                guard let added = curl_mime_addpart(inner) else { return note(CURLE_OUT_OF_MEMORY) }
                part.octets.withUnsafeBytes { octets in
                    note(curl_mime_data(added, octets.baseAddress?.assumingMemoryBound(to: CChar.self), octets.count))
                }
                note(curl_mime_type(added, part.type))
                note(curl_mime_encoder(added, "quoted-printable"))
            }
            note(ccurl_set_pointer(handle, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(outer)))
        }

        /// Posts these octets. libcurl keeps a copy.
        func setBody(_ octets: [UInt8]) {
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDSIZE, octets.count)
            octets.withUnsafeBytes { octets in
                note(
                    ccurl_set_pointer(
                        handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: octets.baseAddress)))
            }
        }

        /// The transfer cannot be made, for this reason.
        func refuse(_ reason: String) { refusal = reason }

        /// Does it; blocks.
        func perform() -> CurlOutcome {
            if let refusal { return .notBegun(refusal) }
            if let failure { return .notBegun("libcurl refuses: \(String(cString: curl_easy_strerror(failure)))") }
            let code = curl_easy_perform(handle)
            let said = String(cString: errorText)
            return CurlOutcome(
                code: code.rawValue, message: said.isEmpty ? String(cString: curl_easy_strerror(code)) : said,
                lines: lines, body: body)
        }

        private func read(_ octets: UnsafeRawBufferPointer) {
            body += octets.prefix(max(0, Self.mostBody - body.count))
        }

        private func hear(_ octets: UnsafeRawBufferPointer) {
            guard lines.count < Self.mostLines else { return }
            lines.append(String(decoding: octets.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self))
        }

        private func note(_ code: CURLcode) {
            if code != CURLE_OK, failure == nil { failure = code }
        }
    }
#endif
