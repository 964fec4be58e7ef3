//! A headless Chromium, driven through its own protocol over pipes (no driver is needed).

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Where the browser is installed, if it is.
pub fn chromium() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

/// A browser with one page; it ends when dropped.
pub struct Browser {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: Option<String>,
    calls: u64,
    /// Errors on the console and uncaught exceptions.
    pub complaints: Vec<String>,
}

impl Browser {
    /// Opens a page. The profile and downloads lie in `folder`.
    pub fn open(program: &Path, folder: &Path, page: &str) -> Self {
        // The protocol is spoken on the descriptors 3 and 4.
        let script = "exec \"$0\" --headless --no-sandbox --disable-gpu --remote-debugging-pipe \
                      --no-first-run --window-size=1280,900 --user-data-dir=\"$1\" about:blank 3<&0 4>&1 </dev/null >/dev/null";
        let mut process = Command::new("sh")
            .args(["-c", script])
            .args([program, &folder.join("profile")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut browser = Self {
            process,
            input,
            output,
            session: None,
            calls: 0,
            complaints: Vec::new(),
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let id = &target["targetId"];
        let attached = browser.call(
            "Target.attachToTarget",
            json!({"targetId": id, "flatten": true}),
        );
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Accessibility", "DOM"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        let downloads = json!({"behavior": "allow", "downloadPath": folder});
        browser.call("Page.setDownloadBehavior", downloads);
        browser.call("Page.navigate", json!({"url": page}));
        browser
    }

    /// A command of the protocol and its result.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        let answer = self.answer(method, parameters);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// A command of the protocol and what is answered, its result or an error.
    fn answer(&mut self, method: &str, parameters: Value) -> Value {
        self.calls += 1;
        let mut message = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let text = format!("{message}\0");
        self.input.write_all(text.as_bytes()).unwrap();
        loop {
            let answer = self.next();
            if answer["id"] == json!(self.calls) {
                return answer;
            }
        }
    }

    fn next(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.output.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser has gone away");
        let message: Value = serde_json::from_slice(&bytes).unwrap();
        let parameters = &message["params"];
        let complaint = match message["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => parameters["type"] == "error",
            Some("Log.entryAdded") => parameters["entry"]["level"] == "error",
            _ => false,
        };
        if complaint {
            self.complaints.push(parameters.to_string());
        }
        message
    }

    fn evaluation(expression: &str) -> Value {
        json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        })
    }

    /// The value of an expression in the page; promises are awaited.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let result = self.call("Runtime.evaluate", Self::evaluation(expression));
        assert!(
            result["exceptionDetails"].is_null(),
            "{expression}: {result}"
        );
        result["result"]["value"].clone()
    }

    /// Waits until an expression holds, on the page as it is or on the next one.
    pub fn wait_for(&mut self, expression: &str) {
        let waiting = format!(
            "new Promise((resolve) => {{ const began = Date.now(); const look = () => \
             ({expression}) ? resolve(true) : Date.now() - began > 60000 ? resolve(false) : \
             setTimeout(look, 50); look(); }})"
        );
        // A page that is left meanwhile ends its promises; the next page is asked then.
        let result = loop {
            let answer = self.answer("Runtime.evaluate", Self::evaluation(&waiting));
            match answer["error"]["message"].as_str() {
                Some("Inspected target navigated or closed") => {}
                Some(_) => panic!("{expression}: {answer}"),
                None => break answer["result"].clone(),
            }
        };
        assert_eq!(
            result["result"]["value"],
            json!(true),
            "{expression}: {result}"
        );
    }

    /// Puts files into an input, as if they had been chosen.
    pub fn choose(&mut self, selector: &str, files: &[PathBuf]) {
        let document = self.call("DOM.getDocument", json!({}));
        let root = &document["root"]["nodeId"];
        let found = self.call(
            "DOM.querySelector",
            json!({"nodeId": root, "selector": selector}),
        );
        let parameters = json!({"nodeId": found["nodeId"], "files": files});
        self.call("DOM.setFileInputFiles", parameters);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
