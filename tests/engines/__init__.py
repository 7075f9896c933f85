"""The phone app in three engines, driven without a page of theirs knowing: Chromium, Firefox, WebKitGTK."""
