import os
from datetime import timedelta

from flask import Flask, session
from flask_session import Session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SESSION_TYPE"] = "filesystem"
app.config["SESSION_FILE_DIR"] = "/var/lib/shop/sessions"
app.config["SESSION_FILE_THRESHOLD"] = 5000
app.config["SESSION_FILE_MODE"] = 0o600
app.config["SESSION_USE_SIGNER"] = True
app.config["SESSION_KEY_PREFIX"] = "shop:"
app.config["SESSION_PERMANENT"] = True
app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=12)
app.config["SESSION_COOKIE_NAME"] = "shop"
app.config["SESSION_COOKIE_SECURE"] = True
app.config["SESSION_COOKIE_HTTPONLY"] = True
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
Session(app)


@app.post("/login")
def login():
    session["user"] = "ada"
    return {"user": "ada"}


@app.post("/logout")
def logout():
    session.clear()
    return {"user": None}


@app.get("/")
def index():
    session["views"] = session.get("views", 0) + 1
    return {"user": session.get("user"), "views": session["views"]}
