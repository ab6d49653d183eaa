// A browser starts no worker from a page that was opened from a folder. There, the site's search runs in a hidden frame
// instead: the script loads into the frame, and messages go in and out as a worker's would.
class IFrameWorker extends EventTarget {
  constructor(url) {
    super();
    this.frame = document.createElement("iframe");
    this.frame.hidden = true;
    this.frame.srcdoc = "<!doctype html>";
    this.ready = new Promise((done) => { this.frame.onload = done; }).then(() => this.begin(url));
    document.body.appendChild(this.frame);
  }

  begin(url) {
    const inside = this.frame.contentWindow;
    const load = (source) => new Promise((done, failed) => {
      const script = inside.document.createElement("script");
      script.src = source;
      script.onload = done;
      script.onerror = failed;
      inside.document.head.appendChild(script);
    });
    inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
    inside.importScripts = (...sources) => sources.reduce((before, each) => before.then(() => load(each)), Promise.resolve());
    return load(url);
  }

  postMessage(data) {
    this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
  }

  terminate() {
    this.frame.remove();
  }
}

window.IFrameWorker = IFrameWorker; // the search looks for this name to find its word lists
if (location.protocol === "file:") window.Worker = IFrameWorker;
